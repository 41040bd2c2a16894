/** The client of a request. It is stored and reported; no decision depends on it. */
export interface Client {
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/** The author of a change: a signed-in user, or `null` for the system or an operator's command. */
export interface Actor extends Client {
  readonly userId: string | null;
  /**
   * The reason that the actor states for a change. Stored with its events, never shown to the
   * affected user.
   */
  readonly statedReason?: string | undefined;
  /** The reason that the actor gives to the affected user. Stored with its events. */
  readonly shownReason?: string | undefined;
}

/** The actor of changes that no user makes, such as those of an operator's command. */
export const SYSTEM: Actor = { userId: null, userAgent: null, ipAddress: null };

/**
 * Returns the fields that every session event has.
 *
 * @param at milliseconds since the epoch
 */
export function eventBase(
  at: number,
  sessionId: string,
  userId: string,
  { userId: actorId, userAgent, ipAddress }: Actor,
) {
  return { at, actorId, userId, sessionId, userAgent, ipAddress };
}

/** Returns the reasons that an actor gives, as an event stores them. */
export function reasonsOf({ statedReason, shownReason }: Actor): {
  readonly statedReason?: string;
  readonly shownReason?: string;
} {
  return {
    ...(statedReason !== undefined && { statedReason }),
    ...(shownReason !== undefined && { shownReason }),
  };
}
