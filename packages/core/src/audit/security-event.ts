import type { RevocationReason } from '../revocation/revocation-reason.ts';
import type { Client } from './client.ts';

/** The fields of every security event. `userAgent` and `ipAddress` are those of the actor. */
export interface EventBase extends Client {
  /** When the event happened, in milliseconds since the epoch. */
  readonly at: number;
  /** The id of the user who acted; `null` for the system. */
  readonly actorId: string | null;
  /** The id of the affected user; `null` if it is unknown. */
  readonly userId: string | null;
  readonly sessionId: string | null;
}

/** The fields of events about one session. */
export interface SessionEvent extends EventBase {
  readonly userId: string;
  readonly sessionId: string;
}

/** The fields of events about a presented refresh token. */
export interface Presentation extends SessionEvent {
  /** The generation of the presented refresh token. */
  readonly presentedGeneration: number;
  /** The generation that the store's record had at that time. */
  readonly generation: number;
}

/** An event of the audit log. Contains neither tokens nor secrets. */
export type SecurityEvent =
  | ({ readonly kind: 'session.issued' } & SessionEvent)
  /** The user authenticated again in a live session. */
  | ({ readonly kind: 'session.reauthenticated' } & SessionEvent)
  | ({
      readonly kind: 'session.revoked';
      readonly reason: RevocationReason;
      readonly statedReason?: string;
      readonly shownReason?: string;
    } & SessionEvent)
  /** A refresh token was reused; the sessions in `endedSessionIds` were revoked for it. */
  | ({ readonly kind: 'session.reuse'; readonly endedSessionIds: readonly string[] } & Presentation)
  /** A successor was delivered again, to another browser or network than the one that rotated. */
  | ({ readonly kind: 'session.shared' } & Presentation)
  /** A token was newer than the record: the store has lost writes (restored backup, failover). */
  | ({ readonly kind: 'session.recovered' } & Presentation);

/** Acknowledgements could not be written, which delays the detection of reuse. */
export interface AcknowledgementsDelayed {
  readonly kind: 'acknowledgements.delayed';
  readonly pending: number;
  readonly error: unknown;
}

/**
 * The revocation feed is stale: this node now asks the store at every request. `silent`: the feed
 * has not answered for some seconds. `full`: there were more revocations than a node can cache.
 */
export interface FeedStale {
  readonly kind: 'feed.stale';
  readonly why: 'silent' | 'full';
}

/** The revocation feed is up to date again. */
export interface FeedUpToDate {
  readonly kind: 'feed.up_to_date';
}

/**
 * A request was refused because it has session cookies of several users: another app of the same
 * site, or an attacker, has set some.
 */
export interface SessionAmbiguous extends Client {
  readonly kind: 'session.ambiguous';
  /** When the request was refused, in milliseconds since the epoch. */
  readonly at: number;
}

/** The app's handler of an event (`onEvent`) threw or rejected. */
export interface EventFailed {
  readonly kind: 'event.failed';
  readonly failed: LayerEvent;
  readonly error: unknown;
}

/** Receives each {@link LayerEvent} after it has happened. Must not throw. */
export type OnEvent = (event: LayerEvent) => void;

/**
 * An app's handler of events, called after what they record was stored. It may take its time: no
 * request waits for the promise that it returns, and `layer.close()` does. An error is reported to
 * it as `event.failed`.
 */
export type EventHandler = (event: LayerEvent) => unknown;

/** Every event that a session layer emits: security events, and reports about its own state. */
export type LayerEvent =
  | SecurityEvent
  | AcknowledgementsDelayed
  | FeedStale
  | FeedUpToDate
  | SessionAmbiguous
  | EventFailed;
