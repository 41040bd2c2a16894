import type { Client, RevocationReason } from './session-store.ts';

interface Presentation extends Client {
  readonly sessionId: string;
  readonly userId: string;
  /** The generation of the token that was presented. */
  readonly presentedGeneration: number;
  /** The generation the store held when it came. */
  readonly generation: number;
}

/** Things worth telling an operator. Never contains a token or a secret. */
export type SecurityEvent =
  | ({ readonly kind: 'session.issued'; readonly sessionId: string; readonly userId: string } & Client)
  /** `userId` is `null` where the caller named the session only. */
  | { readonly kind: 'session.revoked'; readonly sessionId: string; readonly userId: string | null; readonly reason: RevocationReason }
  /** A refresh token was used after its successor: everything in `endedSessionIds` has just been ended. */
  | ({ readonly kind: 'session.reuse'; readonly endedSessionIds: readonly string[] } & Presentation)
  /** A successor was handed out again to another browser or network than the one that rotated. */
  | ({ readonly kind: 'session.shared' } & Presentation)
  /** The browser was ahead of the store, which must have lost writes (restored backup, failover). */
  | ({ readonly kind: 'session.recovered' } & Presentation)
  /** Acknowledgements could not be written; detection of reuse is delayed until they can. */
  | { readonly kind: 'acknowledgements.delayed'; readonly pending: number; readonly error: unknown };

export type OnSecurityEvent = (event: SecurityEvent) => void;
