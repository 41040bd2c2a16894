import type { Client } from '@latchkey/core';

/**
 * The port between a framework and this package: one request, and the head of its response. Each
 * adapter implements it ({@link NodeExchange} for Node); checks and session know nothing else.
 */
export interface Exchange extends RequestTarget {
  /** The method of the request, in upper case. */
  readonly method: string;
  /** The scheme the client used, according to a trusted proxy or the socket. */
  readonly protocol: 'http' | 'https';
  /** The client's address and User-Agent, for the session's record and for events. */
  readonly client: Client;
  /** Whether the head of the response has been sent, so that no cookie can be set any more. */
  readonly isHeadSent: boolean;
  /**
   * Whether the request has a body: at once if the headers tell, else at the first byte or the end
   * of the stream; never if the connection breaks before. The body stays readable for later
   * parsers.
   */
  hasBody(): boolean | Promise<boolean>;
  /** Calls `callback` just before the head of the response is written. */
  onHead(callback: () => void): void;
  /** Adds a `Set-Cookie` header, and keeps those that are already set. */
  appendSetCookie(cookie: string): void;
  /** Sets a header of the response. */
  setHeader(name: string, value: string): void;
  /** Adds members to a response header that holds a list, such as `Vary`, without repetitions. */
  appendToList(name: string, members: string): void;
}

/** The part of a request into which a refresh injects the new access token. */
export interface RequestTarget {
  /** Path and query of the request. */
  readonly url: string;
  /** A request header by its lower-case name; several values are joined by commas. */
  header(name: string): string | undefined;
  /** Replaces a request header, for handlers that follow. */
  setRequestHeader(name: string, value: string): void;
  /** Replaces path and query of the request, for handlers that follow. */
  setUrl(url: string): void;
}
