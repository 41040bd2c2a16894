import type { AnonymousReason, RevocationReason } from '@latchkey/core';

/** The name of a header. A request that has it is part of a trial; the page chooses the number. */
export type TrialHeader = 'x-inspector-trial';

/** Who presented a refresh token: the browser whose session it is, or the inspector's own thief. */
export type Party = 'browser' | 'thief';

/**
 * What happened to a session, as its own browser may see it. A closed set of plain facts: no token,
 * hash, key or id is among them, and nothing is copied here that is not named here.
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
  /** The inspector had the browser forget its access token. */
  | { readonly kind: 'dropped' }
  /** The inspector's thief has a copy of the refresh token of this generation. */
  | { readonly kind: 'copied'; readonly generation: number }
  /**
   * The thief waits: until the token may be rotated (`settle`), or until its predecessor converges
   * no more (`grace`).
   */
  | { readonly kind: 'waiting'; readonly why: 'settle' | 'grace'; readonly seconds: number }
  /** From now on the predecessor is reuse, by any caller. */
  | { readonly kind: 'due' };

export type InspectorEvent = SessionFact & {
  readonly id: number;
  /**
   * The number in the {@link TrialHeader} of the request that caused it; absent where the request
   * had none.
   */
  readonly trial?: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** The first thing on the stream. */
export interface InspectorHello {
  readonly graceSeconds: number;
  readonly settleSeconds: number;
  /** What was kept, oldest first. */
  readonly events: readonly InspectorEvent[];
}

/** What the requests of one trial caused, oldest first. */
export interface TrialEvents {
  readonly events: readonly InspectorEvent[];
}

/** The last thing on the stream, when the session is over. */
export interface InspectorEnd {
  /** As its receipt says; null where there is none. */
  readonly cause: string | null;
  readonly explanation: string;
}
