import type { InspectorEnd, InspectorEvent, InspectorHello } from '../inspector-event.ts';
import type { TokenLife } from './token-life.ts';

const MAX_EVENTS = 50;

/** The state of the inspector, from the event stream of a session. */
export interface InspectorLog {
  /** The state of the event stream. `refused` is final: the server did not answer with a stream. */
  readonly stream: 'connecting' | 'open' | 'broken' | 'refused';
  readonly terms: Pick<InspectorHello, 'graceSeconds' | 'settleSeconds'> | null;
  /** The events of the session, newest first. */
  readonly events: readonly InspectorEvent[];
  /**
   * The access token after the last event: `life` is null if the browser was told to drop it. Null
   * before the first event.
   */
  readonly token: { readonly at: number; readonly life: TokenLife | null } | null;
  /** Why the session ended; null while it is valid. */
  readonly end: InspectorEnd | null;
}

export const NO_LOG: InspectorLog = {
  stream: 'connecting',
  terms: null,
  events: [],
  token: null,
  end: null,
};

/**
 * Returns the log after the first message of a stream, which carries all events that the server
 * kept.
 */
export function afterHello(
  log: InspectorLog,
  { graceSeconds, settleSeconds, events }: InspectorHello,
): InspectorLog {
  return {
    ...log,
    stream: 'open',
    terms: { graceSeconds, settleSeconds },
    events: events.toReversed().slice(0, MAX_EVENTS),
  };
}

/** Returns the log after an event that arrived at `at` on the page's clock. */
export function afterEvent(log: InspectorLog, event: InspectorEvent, at: number): InspectorLog {
  return {
    ...log,
    events: [event, ...log.events].slice(0, MAX_EVENTS),
    token: tokenAfter(event, at) ?? log.token,
  };
}

function tokenAfter(event: InspectorEvent, at: number): InspectorLog['token'] {
  if (event.kind === 'dropped') return { at, life: null };
  if (event.kind !== 'refreshed' || event.by !== 'browser') return null;
  return {
    at,
    life: {
      receivedAt: at,
      secondsLeft: event.accessTokenSeconds,
      lifetimeSeconds: event.accessTokenSeconds,
    },
  };
}

/** The state of the simulated theft. */
export type Theft =
  | { readonly stage: 'none' }
  | { readonly stage: 'waiting'; readonly why: 'settle' | 'grace'; readonly until: number }
  | { readonly stage: 'due' }
  /**
   * The theft is over. `last` is the event that ended it; null if the session ended without one.
   */
  | { readonly stage: 'over'; readonly last: InspectorEvent | null };

/**
 * Derives the state of the theft from the events. `until` is in milliseconds since the epoch, on
 * the server's clock.
 */
export function theftOf({ events, end }: Pick<InspectorLog, 'events' | 'end'>): Theft {
  const copied = events.findIndex(({ kind }) => kind === 'copied');
  if (copied < 0) return { stage: 'none' };
  const since = events.slice(0, copied);
  const last = since.findLast(
    (event) =>
      event.kind === 'revoked' ||
      event.kind === 'reuse' ||
      (event.kind === 'refused' && event.by === 'thief'),
  );
  if (end || last) return { stage: 'over', last: last ?? null };
  const latest = since.find((event) => event.kind === 'waiting' || event.kind === 'due');
  if (latest?.kind === 'waiting')
    return { stage: 'waiting', why: latest.why, until: latest.at + latest.seconds * 1000 };
  return { stage: 'due' };
}
