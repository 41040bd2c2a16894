export interface Member {
  id: string;
  name: string;
  isAdmin: boolean;
}

interface AuthAnswer {
  accessToken: string;
  expiresIn: number;
  member: Member;
}

type Listener = () => void;
type Fetch = typeof globalThis.fetch;

/**
 * Holds the access token in memory, where no XSS finds it in storage, and refreshes it shortly
 * before it expires, when a call answers 401, and when the page is loaded.
 */
export class Session {
  /** undefined until the first refresh has answered */
  member: Member | null | undefined = undefined;

  private accessToken: string | null = null;
  private refreshing: Promise<boolean> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly base = '/api/auth',
    private readonly send: Fetch = (...args) => globalThis.fetch(...args),
  ) {}

  subscribe = (listener: Listener) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  getMember = () => this.member;

  /** Callers share one refresh: a second one would present a token that is already used. */
  refresh = (): Promise<boolean> => {
    this.refreshing ??= this.refreshOnce().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  };

  /** fetch with the access token; on 401 refreshes and sends the request once more. */
  fetch: Fetch = async (input, init) => {
    const used = this.accessToken;
    const response = await this.sendWithToken(input, init);
    if (response.status !== 401) return response;
    // another call has refreshed while this one was under way
    if (this.accessToken !== used) return this.sendWithToken(input, init);
    return (await this.refresh()) ? this.sendWithToken(input, init) : response;
  };

  async login(path: 'login' | 'register', name: string, password: string) {
    const response = await this.post(path, { name, password });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    this.accept(answer);
  }

  async logout(everywhere = false) {
    if (everywhere) await this.fetch(`${this.base}/logout-everywhere`, { method: 'POST' });
    else await this.post('logout');
    this.end();
  }

  private async refreshOnce(): Promise<boolean> {
    // other tabs have the same cookie: one after the other
    const response = await (navigator.locks
      ? navigator.locks.request('chores.refresh', () => this.post('refresh'))
      : this.post('refresh'));
    if (!response.ok) {
      this.end();
      return false;
    }
    this.accept(await response.json());
    return true;
  }

  private post(path: string, body: object = {}) {
    return this.send(`${this.base}/${path}`, {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  private sendWithToken: Fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    if (this.accessToken) headers.set('authorization', `Bearer ${this.accessToken}`);
    return this.send(input, { ...init, headers, credentials: 'include' });
  };

  private accept({ accessToken, expiresIn, member }: AuthAnswer) {
    this.accessToken = accessToken;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), (expiresIn - 30) * 1000);
    if (member.id !== this.member?.id) {
      this.member = member;
      this.notify();
    }
  }

  private end() {
    clearTimeout(this.timer);
    this.accessToken = null;
    this.member = null;
    this.notify();
  }

  private notify() {
    for (const listener of this.listeners) listener();
  }
}
