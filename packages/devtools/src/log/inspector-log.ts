import type {
  InspectorAnswer,
  InspectorEnd,
  InspectorEvent,
  InspectorHello,
} from '../inspector-event.ts';
import type { TokenLife } from './token-life.ts';

const MAX_EVENTS = 500;

/** The state of the inspector, from the event stream of a session. */
export interface InspectorLog {
  /** The first eight characters of the session's id; null before the first session. */
  readonly session: string | null;
  /** The state of the event stream. `refused` is final: the server did not answer with a stream. */
  readonly stream: 'connecting' | 'open' | 'broken' | 'refused';
  readonly terms: Pick<InspectorHello, 'graceSeconds' | 'settleSeconds' | 'canSkip'> | null;
  /** The events of the session, oldest first. */
  readonly events: readonly InspectorEvent[];
  /** How the requests were answered during which they happened. */
  readonly answers: readonly InspectorAnswer[];
  /**
   * The access token after the last event: `life` is null if the browser was told to drop it. Null
   * before the first event.
   */
  readonly token: { readonly at: number; readonly life: TokenLife | null } | null;
  /** Why the session ended; null while it is valid. */
  readonly end: InspectorEnd | null;
}

export const NO_LOG: InspectorLog = {
  session: null,
  stream: 'connecting',
  terms: null,
  events: [],
  answers: [],
  token: null,
  end: null,
};

/**
 * Returns the log after the first message of a stream, which carries all events that the server
 * kept. Older ones stay.
 */
export function afterHello(
  log: InspectorLog,
  { graceSeconds, settleSeconds, canSkip, events, answers }: InspectorHello,
): InspectorLog {
  const since = events[0]?.at ?? Number.POSITIVE_INFINITY;
  const sent = new Set(answers.map(({ request }) => request));
  return {
    ...log,
    stream: 'open',
    terms: { graceSeconds, settleSeconds, canSkip },
    events: [...log.events.filter(({ at }) => at < since), ...events].slice(-MAX_EVENTS),
    answers: [...log.answers.filter(({ request }) => !sent.has(request)), ...answers],
  };
}

/** Returns the log after an event that arrived at `at` on the page's clock. */
export function afterEvent(log: InspectorLog, event: InspectorEvent, at: number): InspectorLog {
  return {
    ...log,
    events: [...log.events, event].slice(-MAX_EVENTS),
    token: tokenAfter(event, at) ?? log.token,
  };
}

/** Returns the log after a request was answered. */
export function afterAnswer(log: InspectorLog, answer: InspectorAnswer): InspectorLog {
  return { ...log, answers: [...log.answers, answer].slice(-MAX_EVENTS) };
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
  const copied = events.findLastIndex(({ kind }) => kind === 'copied');
  if (copied < 0) return { stage: 'none' };
  const since = events.slice(copied + 1);
  const last = since.find(
    (event) =>
      event.kind === 'revoked' ||
      event.kind === 'reuse' ||
      (event.kind === 'refused' && event.by === 'thief'),
  );
  if (end || last) return { stage: 'over', last: last ?? null };
  const latest = since.findLast(({ kind }) => /^(waiting|skipped|due)$/.test(kind));
  if (latest?.kind === 'waiting')
    return { stage: 'waiting', why: latest.why, until: latest.at + latest.seconds * 1000 };
  return { stage: 'due' };
}
