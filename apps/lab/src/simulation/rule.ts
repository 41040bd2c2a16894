/** A browser's cookies. Tokens are opaque; times are in milliseconds. */
export interface Jar {
  readonly access: string;
  readonly accessExpiresAt: number;
  readonly refresh: string;
}

/** The cookies of a response. */
export interface Cookies {
  readonly access: string;
  readonly accessExpiresAt: number;
  /** The refresh token that is set; null if the refresh cookie is not set. */
  readonly refresh: string | null;
  readonly decidedAt: number;
}

/** The outcome of a request: served or refused, with the reason and the cookies to set. */
export interface Answer {
  readonly served: boolean;
  readonly reason: string;
  readonly cookies: Cookies | null;
}

/** Who presents a token, which the server cannot know. */
export type Caller = 'browser' | 'thief';

/**
 * One session under one set of rules. `now` is in milliseconds, by the clock of the node that
 * serves the request.
 */
export interface Contender {
  signIn(now: number): Promise<Jar>;
  /**
   * Handles a request with these cookies; without an access token, or with an expired one, it is
   * refreshed first.
   */
  request(access: string | null, refresh: string, caller: Caller, now: number): Promise<Answer>;
  /** Whether cookies decided at `decidedAt` are too late to be set at `now`. */
  isTooLate(decidedAt: number, now: number): boolean;
  /** Writes the waiting acknowledgements. */
  settle(): Promise<void>;
  /** Restarts a node, which loses what it had not written. */
  restart(): void;
  /** Takes a backup of the store; the returned function restores it. */
  snapshot(): Promise<() => Promise<void>>;
  /** Whether the session has been ended, by any party. */
  isEnded(): Promise<boolean>;
  /** Whether the server suspects that two parties hold the same token. */
  suspects(): boolean;
}

export interface Rule {
  readonly name: string;
  readonly start: () => Contender;
}
