import type { Client } from '@latchkey/core';

/**
 * One request and the head of its response, as far as the checks and the session look. Each
 * framework has an adapter that implements it; everything else in this package is written against
 * it.
 */
export interface Exchange extends RequestTarget {
  /** Upper case, as in HTTP. */
  readonly method: string;
  /** The scheme by which the client came, as a trusted proxy or the socket says. */
  readonly protocol: 'http' | 'https';
  /** Descriptive: for the session's record and for events. */
  readonly client: Client;
  /** Whether the response's head has been sent: a cookie that is decided now is lost. */
  readonly isHeadSent: boolean;
  /**
   * Reports once whether the request has a body: synchronously if the headers tell, else at the
   * first byte or the end of the stream; never if the connection breaks before. Consumes nothing.
   */
  hasBody(answer: (hasBody: boolean) => void): void;
  /** Makes the framing headers say that the body is empty, for the body parsers that follow. */
  markBodyEmpty(): void;
  /** Calls back when the response's head is about to be written. */
  onHead(callback: () => void): void;
  /** Adds a `Set-Cookie` header. Those that are there stay. */
  appendSetCookie(cookie: string): void;
  /** Sets a header of the response. */
  setHeader(name: string, value: string): void;
  /**
   * Adds members to a header of the response that holds a list, such as `Vary`. Those that are
   * there stay and are not repeated.
   */
  appendToList(name: string, members: string): void;
}

/**
 * The part of a request that a refresh may rewrite, for middleware that comes later and looks for
 * an access token itself.
 */
export interface RequestTarget {
  /** Path and query. */
  readonly url: string;
  /** A request header by its lower-case name; several values are joined as HTTP joins them. */
  header(name: string): string | undefined;
  /** Replaces a header of the request for what comes later. */
  setRequestHeader(name: string, value: string): void;
  /** Replaces path and query for what comes later. */
  setUrl(url: string): void;
}
