import type { Exchange } from '../exchange.ts';

/** A header of a response: its name and its value. */
export type HeadField = readonly [name: string, value: string];

/**
 * The headers that carry the session's tokens in one response. They are decided when the head is
 * written, never before.
 */
export class ResponseHead {
  readonly #exchange: Exchange;
  #decide: (() => readonly HeadField[]) | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    /** A default that later handlers may change. A response with tokens sets it again. */
    exchange.setHeader('cache-control', 'no-store');
  }

  /** Whether tokens can still be set: false once the head has been sent. */
  get canBeSet(): boolean {
    return !this.#exchange.isHeadSent;
  }

  /**
   * Sets headers, in place of those decided before; `decide` is called when the head is written.
   */
  set(decide: () => readonly HeadField[]): void {
    if (!this.#decide) this.#exchange.onHead(() => this.#write());
    this.#decide = decide;
  }

  #write(): void {
    const fields = this.#decide?.() ?? [];
    if (fields.length === 0) return;
    for (const [name, value] of fields)
      if (name === 'set-cookie') this.#exchange.appendSetCookie(value);
      else this.#exchange.setHeader(name, value);
    this.#exchange.setHeader('cache-control', 'no-store');
  }
}
