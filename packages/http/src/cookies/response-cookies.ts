import type { Exchange } from '../exchange.ts';

/**
 * The session's cookies of one response. They are decided when its head is written, never before.
 */
export class ResponseCookies {
  readonly #exchange: Exchange;
  #decide: (() => readonly string[]) | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    /** What follows may change it; a response that sets cookies insists on it. */
    exchange.setHeader('cache-control', 'no-store');
  }

  /** False once the head has been sent. */
  get canBeSet(): boolean {
    return !this.#exchange.isHeadSent;
  }

  /** Sets these, as they are when the head is written, in place of those decided before. */
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
