/** The client of a request. It is stored and reported; no decision depends on it. */
export interface Client {
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/** The author of a change: a signed-in user, or `null` for the system or an operator's command. */
export interface Actor extends Client {
  readonly userId: string | null;
  /** The reason the actor gives. Stored with the events, and not shown to the user concerned. */
  readonly statedReason?: string | undefined;
}

/** The actor of changes that no user makes, such as those of an operator's command. */
export const SYSTEM: Actor = { userId: null, userAgent: null, ipAddress: null };

/** The fields that every event of a session has. @param at milliseconds since the epoch */
export function eventBase(
  at: number,
  sessionId: string,
  userId: string,
  { userId: actorId, userAgent, ipAddress }: Actor,
) {
  return { at, actorId, userId, sessionId, userAgent, ipAddress };
}
