import type { InspectorEvent } from '../inspector-event.ts';
import { describeInspectorEvent } from '../log/describe-event.ts';

/** A trial and the events that it caused. */
export type TrialResult =
  | { readonly kind: 'expire'; readonly events: readonly InspectorEvent[] }
  /** The result of a race: `statuses` are the HTTP statuses of its requests. */
  | {
      readonly kind: 'race';
      readonly events: readonly InspectorEvent[];
      readonly statuses: readonly number[];
    }
  | { readonly kind: 'theft'; readonly events: readonly InspectorEvent[] };

type Refreshed = Extract<InspectorEvent, { kind: 'refreshed' }>;
type Decision = Refreshed['decision'];

const isOwnRefresh = (event: InspectorEvent): event is Refreshed =>
  event.kind === 'refreshed' && event.by === 'browser';

/**
 * Describes the result of a trial for developers, from its events.
 *
 * @param later the events of the session, oldest first
 */
export function describeTrial(result: TrialResult, later: readonly InspectorEvent[]): string {
  if (result.kind === 'race') return describeRace(result.events, result.statuses);
  if (result.kind === 'expire') return describeExpiry(result.events, later);
  return result.events
    .filter(({ kind }) => kind === 'copied')
    .map(describeInspectorEvent)
    .join(' ');
}

const DECISIONS: Record<Decision, string> = {
  rotate: 'rotated (exchanged the refresh token for its successor)',
  converge: 'converged (came with the same token and were given the same successor)',
  reissue: 'reissued (given an access token only: the refresh token had rotated too recently)',
  recover: 'recovered (the server had lost the token)',
};

/** Describes how many requests were answered, and what each refresh among them did. */
export function describeRace(
  events: readonly InspectorEvent[],
  statuses: readonly number[],
): string {
  const answered = statuses.filter((status) => status === 200).length;
  const refreshes = events.filter(isOwnRefresh);
  const refused = events.filter((event) => event.kind === 'refused').length;
  const counts = (Object.keys(DECISIONS) as Decision[]).flatMap((decision) => {
    const count = refreshes.filter((event) => event.decision === decision).length;
    return count === 0 ? [] : [`${count} ${DECISIONS[decision]}`];
  });
  const ended = events.find(({ kind }) => kind === 'reuse');
  const others = answered - refreshes.length;
  const parts = [
    ...counts,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(others > 0
      ? [
          `${others} sent with the new access token (a browser does not open ten connections at once)`,
        ]
      : []),
  ];
  return [
    `${answered} of ${statuses.length} were answered 200.`,
    ...(parts.length > 0 ? [`${parts.join(', ')}.`] : []),
    ...(ended ? [describeInspectorEvent(ended)] : []),
  ].join(' ');
}

function describeExpiry(
  events: readonly InspectorEvent[],
  later: readonly InspectorEvent[],
): string {
  const dropped = events.find(({ kind }) => kind === 'dropped');
  const renewal = events.find(isOwnRefresh);
  if (!dropped)
    return renewal
      ? `The token had expired, and this request renewed it. ${describeInspectorEvent(renewal)}`
      : 'Nothing was expired.';
  const next = later.find(({ id, at }) => id > dropped.id && at >= dropped.at);
  return next
    ? `The access token was expired. ${describeInspectorEvent(next)}`
    : 'The access token is expired. Any request now renews it.';
}
