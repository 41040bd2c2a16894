import type { Client } from '@latchkey/core';
import { authenticateExchange } from '../adapters/authenticate-exchange.ts';
import { createEdge, type EdgeInput } from '../adapters/edge.ts';
import { joinLists } from '../adapters/list-header.ts';
import { publicError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { RequestSession } from '../request/request-session.ts';

/**
 * An {@link Exchange} over `Request` and `Response`, for tests, and as a model for the adapter of a
 * fetch framework. It does not know the client's address, which the framework has to supply.
 */
export class FetchExchange implements Exchange {
  readonly #request: Request;
  readonly #requestHeaders: Headers;
  readonly #responseHeaders = new Headers();
  readonly #onHead: (() => void)[] = [];
  #url: URL;
  #body: ReadableStream<Uint8Array> | null;
  #isHeadSent = false;

  constructor(request: Request) {
    this.#request = request;
    this.#requestHeaders = new Headers(request.headers);
    this.#url = new URL(request.url);
    this.#body = request.body;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return this.#url.pathname + this.#url.search;
  }

  get protocol(): 'http' | 'https' {
    return this.#url.protocol === 'https:' ? 'https' : 'http';
  }

  get client(): Client {
    return { userAgent: this.header('user-agent') ?? null, ipAddress: null };
  }

  get isHeadSent(): boolean {
    return this.#isHeadSent;
  }

  header(name: string): string | undefined {
    return this.#requestHeaders.get(name) ?? (name === 'host' ? this.#url.host : undefined);
  }

  setRequestHeader(name: string, value: string): void {
    this.#requestHeaders.set(name, value);
  }

  setUrl(url: string): void {
    this.#url = new URL(url, this.#url);
  }

  hasBody(): boolean | Promise<boolean> {
    return this.#body === null ? false : this.#firstBytes(this.#body);
  }

  onHead(callback: () => void): void {
    this.#onHead.push(callback);
  }

  appendSetCookie(cookie: string): void {
    this.#responseHeaders.append('set-cookie', cookie);
  }

  setHeader(name: string, value: string): void {
    this.#responseHeaders.set(name, value);
  }

  appendToList(name: string, members: string): void {
    this.setHeader(name, joinLists(this.#responseHeaders.get(name) ?? '', members));
  }

  /** The request for later handlers, with the injected access token. */
  get request(): Request {
    const { method } = this.#request;
    return new Request(this.#url, {
      method,
      headers: this.#requestHeaders,
      ...(this.#body && { body: this.#body, duplex: 'half' }),
    } as RequestInit);
  }

  /** Returns the response with the headers that were set, those of the last step first. */
  respond(response: Response): Response {
    for (const callback of this.#onHead.toReversed()) callback();
    this.#isHeadSent = true;
    const headers = new Headers(response.headers);
    for (const [name, value] of this.#responseHeaders)
      if (name === 'set-cookie') headers.append(name, value);
      else headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  }

  /** Reads a body as far as its first byte, and puts what was read in front of the rest. */
  async #firstBytes(body: ReadableStream<Uint8Array>): Promise<boolean> {
    const reader = body.getReader();
    let { done, value } = await reader.read();
    while (!done && value?.length === 0) ({ done, value } = await reader.read());
    this.#body = new ReadableStream({
      start: (controller) => (value ? controller.enqueue(value) : controller.close()),
      async pull(controller) {
        const next = await reader.read();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
    });
    return !done;
  }
}

/** Creates a fetch handler behind the same checks and steps as `latchkey()`. */
export function fetchHandler(
  options: EdgeInput,
  handle: (request: Request, session: RequestSession) => Promise<Response>,
): (request: Request) => Promise<Response> {
  const edge = createEdge(options);
  return async (request) => {
    const exchange = new FetchExchange(request);
    const result = await authenticateExchange(edge, exchange);
    if (result.kind === 'preflight') return exchange.respond(new Response(null, { status: 204 }));
    return exchange.respond(
      result.kind === 'refused'
        ? errorResponse(result.error)
        : await handle(exchange.request, result.session).catch(errorResponse),
    );
  };
}

function errorResponse(error: unknown): Response {
  const { message, reason, httpStatus } = publicError(error);
  return Response.json({ message, reason }, { status: httpStatus });
}
