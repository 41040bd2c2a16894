import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '@latchkey/core';
import onHeaders from 'on-headers';
import type { Exchange } from '../exchange.ts';
import { clientAddress, type ForwardedRequest, requestProtocol } from './forwarded.ts';
import { appendToList } from './list-header.ts';

/** A request of `node:http`, of Express, or of Fastify (`request.raw`). */
export type NodeRequest = IncomingMessage & ForwardedRequest & { body?: unknown };

const MAX_USER_AGENT = 512;

/**
 * An {@link Exchange} over Node's request and response.
 *
 * @example
 * import { isSameOrigin, NodeExchange } from '@latchkey/http';
 *
 * app.use((request, response, next) => {
 *   const exchange = new NodeExchange(request, response);
 *   if (isSameOrigin(exchange, { allowed: [], trustHost: true })) next();
 *   else response.sendStatus(403);
 * });
 */
export class NodeExchange implements Exchange {
  readonly #request: NodeRequest;
  readonly #response: ServerResponse;

  constructor(request: NodeRequest, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  get method(): string {
    return this.#request.method ?? 'GET';
  }

  get url(): string {
    return this.#request.url ?? '/';
  }

  get protocol(): 'http' | 'https' {
    return requestProtocol(this.#request);
  }

  /** The client's address, and the first 512 characters of its User-Agent. */
  get client(): Client {
    const { 'user-agent': userAgent } = this.#request.headers;
    return {
      userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
      ipAddress: clientAddress(this.#request),
    };
  }

  get isHeadSent(): boolean {
    return this.#response.headersSent;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  setRequestHeader(name: string, value: string): void {
    this.#request.headers[name] = value;
  }

  setUrl(url: string): void {
    this.#request.url = url;
  }

  hasBody(): boolean | Promise<boolean> {
    const request = this.#request;
    const { headers } = request;
    if (headers['transfer-encoding'] === undefined)
      return Number(headers['content-length'] ?? 0) > 0;
    if (request.readableDidRead) return true;
    if (request.complete || request.readableLength > 0) return this.#hasChunks();
    return new Promise((resolve) => {
      request.once('readable', () => resolve(this.#hasChunks()));
    });
  }

  /**
   * Finds out whether a chunked request has a body: proxies may send an empty one. The stream may
   * have ended by now: a parser that follows must not wait for it.
   */
  #hasChunks(): boolean {
    const request = this.#request;
    if (request.readableLength > 0) return true;
    delete request.headers['transfer-encoding'];
    request.headers['content-length'] = '0';
    if (!('body' in request)) request.body = undefined;
    return false;
  }

  onHead(callback: () => void): void {
    onHeaders(this.#response, callback);
  }

  appendSetCookie(cookie: string): void {
    this.#response.appendHeader('set-cookie', cookie);
  }

  setHeader(name: string, value: string): void {
    this.#response.setHeader(name, value);
  }

  /**
   * Adds members to a list header. Repeated when the head is written, because tRPC replaces `Vary`
   * (`responseMeta`).
   */
  appendToList(name: string, members: string): void {
    const earlier = this.#response.getHeader(name);
    appendToList(this.#response, name, members);
    if (earlier !== undefined && earlier !== members)
      onHeaders(this.#response, () => appendToList(this.#response, name, String(earlier)));
  }
}
