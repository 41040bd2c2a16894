import type { RevocationReason } from '../revocation/revocation-reason.ts';
import type { Client } from './client.ts';

/** What every event says. `userAgent` and `ipAddress` are the actor's. */
export interface EventBase extends Client {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actorId: string | null;
  /** Whom it is about. */
  readonly userId: string | null;
  readonly sessionId: string | null;
}

interface SessionEvent extends EventBase {
  readonly userId: string;
  readonly sessionId: string;
}

interface Presentation extends SessionEvent {
  /** The generation of the token that was presented. */
  readonly presentedGeneration: number;
  /** The generation the store held when it came. */
  readonly generation: number;
}

/** Things worth telling an operator. Never contains a token or a secret. */
export type SecurityEvent =
  | ({ readonly kind: 'session.issued' } & SessionEvent)
  /** The person gave their password again. */
  | ({ readonly kind: 'session.reauthenticated' } & SessionEvent)
  | ({
      readonly kind: 'session.revoked';
      readonly reason: RevocationReason;
      readonly statedReason?: string;
    } & SessionEvent)
  /**
   * A refresh token was used after its successor: everything in `endedSessionIds` has just been
   * ended.
   */
  | ({ readonly kind: 'session.reuse'; readonly endedSessionIds: readonly string[] } & Presentation)
  /** A successor was handed out again to another browser or network than the one that rotated. */
  | ({ readonly kind: 'session.shared' } & Presentation)
  /**
   * The browser was ahead of the store, which must have lost writes (restored backup, failover).
   */
  | ({ readonly kind: 'session.recovered' } & Presentation);

/** Acknowledgements could not be written; detection of reuse is delayed until they can. */
export interface AcknowledgementsDelayed {
  readonly kind: 'acknowledgements.delayed';
  readonly pending: number;
  readonly error: unknown;
}

/**
 * This node cannot tell any more by itself whether an access token was revoked, and asks the store
 * at every request. `silent`: the feed has not answered for some seconds. `full`: more was revoked
 * than a node can remember.
 */
export interface FeedStale {
  readonly kind: 'feed.stale';
  readonly why: 'silent' | 'full';
}

/** It can again, and knows what happened meanwhile. */
export interface FeedUpToDate {
  readonly kind: 'feed.up_to_date';
}

/**
 * A request carried session cookies of several users and was refused: another app of the same site
 * set some, or an attacker did.
 */
export interface SessionAmbiguous extends Client {
  readonly kind: 'session.ambiguous';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Told what has happened, after it has. Must not throw. */
export type OnEvent = (event: LayerEvent) => void;
export type LayerEvent =
  | SecurityEvent
  | AcknowledgementsDelayed
  | FeedStale
  | FeedUpToDate
  | SessionAmbiguous;
