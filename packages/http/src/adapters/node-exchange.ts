import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '@latchkey/core';
import onHeaders from 'on-headers';
import type { Exchange } from '../exchange.ts';
import { clientAddress, type ForwardedRequest, requestProtocol } from './forwarded.ts';
import { appendToList } from './list-header.ts';

/**
 * A request of Node's `http`, or of Express or Fastify (`request.raw`), as far as this package
 * looks.
 */
export type NodeRequest = IncomingMessage & ForwardedRequest & { body?: unknown };

const MAX_USER_AGENT = 512;

/** An {@link Exchange} over Node's request and response. */
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

  /** The user agent is cut to a length that stores can keep. */
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

  /** Proxies may send an empty body with `Transfer-Encoding: chunked`. */
  hasBody(answer: (hasBody: boolean) => void): void {
    const request = this.#request;
    const { headers } = request;
    if (headers['transfer-encoding'] === undefined)
      answer(Number(headers['content-length'] ?? 0) > 0);
    else if (request.readableDidRead) answer(true);
    else if (request.complete || request.readableLength > 0) answer(request.readableLength > 0);
    else request.once('readable', () => answer(request.readableLength > 0));
  }

  /** The stream may have ended by now: a parser that comes later must not wait for it. */
  markBodyEmpty(): void {
    const { headers } = this.#request;
    if (headers['transfer-encoding'] === undefined) return;
    delete headers['transfer-encoding'];
    headers['content-length'] = '0';
    if (!('body' in this.#request)) this.#request.body = undefined;
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

  /** Kept until the head is written: tRPC replaces `Vary` by its own (`responseMeta`). */
  appendToList(name: string, members: string): void {
    const earlier = this.#response.getHeader(name);
    appendToList(this.#response, name, members);
    if (earlier !== undefined && earlier !== members)
      onHeaders(this.#response, () => appendToList(this.#response, name, String(earlier)));
  }
}
