import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';

/** The cookies of a response. They are decided when its headers are written, never before. */
export class ResponseCookies {
  readonly #response: ServerResponse;
  #decide: (() => string[]) | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
    /** For what follows to change: only an answer that sets cookies insists on it. */
    response.setHeader('cache-control', 'no-store');
  }

  /** False once the headers are on their way. */
  get canBeSet(): boolean {
    return !this.#response.headersSent;
  }

  /** These, as they are when the headers are written. Waiting for that costs something, and most responses set none. */
  set(decide: () => string[]): void {
    if (!this.#decide) onHeaders(this.#response, () => this.#write());
    this.#decide = decide;
  }

  /** Appended: other cookies of the response are not ours to replace. */
  #write(): void {
    const cookies = this.#decide?.() ?? [];
    if (cookies.length === 0) return;
    this.#response.appendHeader('set-cookie', cookies);
    this.#response.setHeader('cache-control', 'no-store');
  }
}
