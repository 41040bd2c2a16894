/** The client of a request, as far as the edge can tell. Both are descriptive, never trusted. */
export interface Client {
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/**
 * Who does something: a signed-in person, or nobody known (`null`: the system itself, or an
 * operator's command).
 */
export interface Actor extends Client {
  readonly userId: string | null;
  /**
   * What they say they do it for: kept with the events of the act, and not for the eyes of whom it
   * concerns.
   */
  readonly statedReason?: string | undefined;
}

/** Nobody in particular. */
export const SYSTEM: Actor = { userId: null, userAgent: null, ipAddress: null };
