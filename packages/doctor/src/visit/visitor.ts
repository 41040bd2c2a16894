/** An answer as received, with its Set-Cookie headers as the network delivered them. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly setCookies: readonly string[];
}

export interface Visitor {
  /** Sends a request with the stored cookies, and stores those of the answer. */
  send(
    path: string,
    init?: RequestInit & { readonly keep?: boolean; readonly cookies?: string },
  ): Promise<Answer>;
  /**
   * Sends a POST with JSON, and with the CSRF token if there is one; a call refused without it is
   * repeated once.
   */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Reads the first chunk of an answer that may never end. */
  open(path: string, signal: AbortSignal): Promise<Response>;
  cookieHeader(): string;
  cookie(ending: string): string | undefined;
  forget(ending: string): void;
}

const TOKEN = 'x-csrf-token';
const TIMEOUT_MS = 15_000;

/**
 * A client that sends requests as a browser on the server's own pages does. It stores cookies by
 * name only: their attributes are checked separately.
 */
export function createVisitor(url: URL): Visitor {
  const jar = new Map<string, string>();
  let token: string | null = null;

  const visitor: Visitor = {
    async send(path, { keep = true, cookies = visitor.cookieHeader(), ...init } = {}) {
      const headers = new Headers(init.headers);
      if (cookies) headers.set('cookie', cookies);
      const response = await fetch(new URL(path, url), {
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...init,
        headers,
      });
      const setCookies = response.headers.getSetCookie();
      token = response.headers.get(TOKEN) ?? token;
      if (keep) for (const header of setCookies) take(header);
      return {
        status: response.status,
        headers: response.headers,
        body: await response.text(),
        setCookies,
      };
    },
    async post(path, body, extra = {}) {
      const attempt = () => {
        const headers = {
          'content-type': 'application/json',
          origin: url.origin,
          ...(token !== null && { [TOKEN]: token }),
          ...extra,
        };
        return visitor.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
      };
      const first = await attempt();
      return reasonOf(first) === 'csrf_token' ? attempt() : first;
    },
    open: (path, signal) =>
      fetch(new URL(path, url), {
        signal,
        headers: { accept: 'text/event-stream', cookie: visitor.cookieHeader() },
      }),
    cookieHeader: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
    cookie: (ending) => [...jar].find(([name]) => name.endsWith(ending))?.[1],
    forget(ending) {
      for (const name of jar.keys()) if (name.endsWith(ending)) jar.delete(name);
    },
  };
  return visitor;

  function take(header: string): void {
    const [, name, value] = /^\s*([^=;]+)=([^;]*)/.exec(header) ?? [];
    if (name === undefined || value === undefined) return;
    if (/max-age=0(;|$)/i.test(header)) jar.delete(name);
    else jar.set(name, value);
  }
}

/**
 * Returns the reason of a refusal by the packages, in either form; `null` for answers of a proxy.
 */
export function reasonOf({ body }: Pick<Answer, 'body'>): string | null {
  try {
    const parsed = JSON.parse(body) as {
      reason?: string;
      error?: { data?: { reason?: string } };
    } | null;
    return parsed?.reason ?? parsed?.error?.data?.reason ?? null;
  } catch {
    return null;
  }
}

/** Whether the headers of an answer forbid caches to keep it. */
export function isNotStored(headers: Headers): boolean {
  return /no-store/.test(headers.get('cache-control') ?? '');
}
