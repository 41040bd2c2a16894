/** What a browser holds. Tokens are opaque; instants in milliseconds. */
export interface Jar {
  readonly access: string;
  readonly accessExpiresAt: number;
  readonly refresh: string;
}

/** What an answer sets. */
export interface Cookies {
  readonly access: string;
  readonly accessExpiresAt: number;
  /** Null where the refresh cookie is left as it is. */
  readonly refresh: string | null;
  readonly decidedAt: number;
}

/**
 * What became of a request: served or refused, and whether it was the refresh that ended the
 * session.
 */
export interface Answer {
  readonly served: boolean;
  readonly reason: string;
  readonly cookies: Cookies | null;
}

/** Who presents a token, as far as a server can tell. */
export type Caller = 'browser' | 'thief';

/**
 * One session under one set of rules. `now` is in milliseconds, by the clock of the node that is
 * asked.
 */
export interface Contender {
  signIn(now: number): Promise<Jar>;
  /**
   * A request that carries these cookies; without an access token, or with one that has expired, it
   * is refreshed first.
   */
  request(access: string | null, refresh: string, caller: Caller, now: number): Promise<Answer>;
  /** Whether cookies decided then may not be written any more now. */
  isTooLate(decidedAt: number, now: number): boolean;
  /** Writes what waits to be written: proofs of receipt. */
  settle(): Promise<void>;
  /** A node starts anew: what it had not written is lost. */
  restart(): void;
  /** The store as it is, to go back to. */
  snapshot(): Promise<() => Promise<void>>;
  /** Whether the session has been ended, by any party. */
  isEnded(): Promise<boolean>;
  /** Whether the server has reason to suspect that two hold the same token. */
  suspects(): boolean;
}

export interface Rule {
  readonly name: string;
  readonly start: () => Contender;
}
