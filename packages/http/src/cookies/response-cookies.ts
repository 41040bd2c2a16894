import type { Exchange } from '../exchange.ts';

/**
 * The session's cookies of one response. They are decided when the head is written, never before.
 */
export class ResponseCookies {
  readonly #exchange: Exchange;
  #decide: (() => readonly string[]) | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    /** A default that later handlers may change. A response that sets cookies sets it again. */
    exchange.setHeader('cache-control', 'no-store');
  }

  /** Whether cookies can still be set: false once the head has been sent. */
  get canBeSet(): boolean {
    return !this.#exchange.isHeadSent;
  }

  /**
   * Sets cookies, in place of those decided before; `decide` is called when the head is written.
   */
  set(decide: () => readonly string[]): void {
    if (!this.#decide) this.#exchange.onHead(() => this.#write());
    this.#decide = decide;
  }

  #write(): void {
    const cookies = this.#decide?.() ?? [];
    if (cookies.length === 0) return;
    for (const cookie of cookies) this.#exchange.appendSetCookie(cookie);
    this.#exchange.setHeader('cache-control', 'no-store');
  }
}
