import type { AnonymousReason, RevocationReason } from '@latchkey/core';

/** The default path of the inspector's routes on the server. */
export const INSPECTOR_PATH = '/__inspector';

/** The header that makes a request part of a trial; the page chooses the number. */
export const TRIAL_HEADER = 'x-inspector-trial';

/** Who presented a refresh token: the session's browser, or the inspector's simulated thief. */
export type Party = 'browser' | 'thief';

/**
 * A session event as its own browser may see it. A closed set of plain facts: it contains no token,
 * hash, key or id, and fields are copied one by one.
 */
export type SessionFact =
  | {
      readonly kind: 'refreshed';
      readonly by: Party;
      readonly decision: 'rotate' | 'reissue' | 'converge' | 'recover';
      readonly generation: number;
      readonly accessTokenSeconds: number;
    }
  | { readonly kind: 'refused'; readonly by: Party; readonly reason: AnonymousReason }
  | { readonly kind: 'issued' }
  | { readonly kind: 'reauthenticated' }
  | { readonly kind: 'revoked'; readonly reason: RevocationReason }
  | {
      readonly kind: 'reuse';
      /** Who presented the used token. */
      readonly by: Party;
      readonly presentedGeneration: number;
      readonly generation: number;
      readonly sessionsEnded: number;
    }
  | { readonly kind: 'shared'; readonly presentedGeneration: number; readonly generation: number }
  | {
      readonly kind: 'recovered';
      readonly presentedGeneration: number;
      readonly generation: number;
    }
  /** The inspector cleared the browser's access token. */
  | { readonly kind: 'dropped' }
  /** The inspector's thief has a copy of the refresh token of this generation. */
  | { readonly kind: 'copied'; readonly generation: number }
  /**
   * The thief waits until the token may be rotated (`settle`), or until its predecessor no longer
   * converges (`grace`).
   */
  | { readonly kind: 'waiting'; readonly why: 'settle' | 'grace'; readonly seconds: number }
  /** A waiting time was skipped: from now on the server decides as if it had passed. */
  | { readonly kind: 'skipped'; readonly why: 'settle' | 'grace'; readonly seconds: number }
  /** The copied token is used up: from now on every presentation of it counts as reuse. */
  | { readonly kind: 'due' };

export type InspectorEvent = SessionFact & {
  readonly id: number;
  /**
   * The number in the {@link TRIAL_HEADER} of the request that caused the event; absent without it.
   */
  readonly trial?: number;
  /** The number of the request during which the event happened; absent for the thief's. */
  readonly request?: number;
  /** When the event happened, in milliseconds since the epoch. */
  readonly at: number;
};

/** How a request was answered during which an event happened. It contains no value of a cookie. */
export interface InspectorAnswer {
  /** The number of the request, as in its events. */
  readonly request: number;
  readonly method: string;
  /** The path without its query, and without what may be a secret. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** The cookies that the answer sets or clears. */
  readonly setCookies: readonly { readonly name: string; readonly isCleared: boolean }[];
}

/** The first message of the inspector's event stream. */
export interface InspectorHello {
  readonly graceSeconds: number;
  readonly settleSeconds: number;
  /** The events that the server has kept, oldest first. */
  readonly events: readonly InspectorEvent[];
  /** The answers that the server has kept, oldest first. */
  readonly answers: readonly InspectorAnswer[];
  /** Whether waiting times can be skipped. */
  readonly canSkip: boolean;
}

/** The events of the requests of one trial, oldest first. */
export interface TrialEvents {
  readonly events: readonly InspectorEvent[];
}

/** Why a session ended: the last event of the stream. */
export interface InspectorEnd {
  /** The cause of the session's end as one word, such as `signed_out`; null if unknown. */
  readonly cause: string | null;
  /** A sentence to show, which explains the cause; empty if there is none. */
  readonly explanation: string;
}
