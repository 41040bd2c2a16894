import {
  currentPrincipal,
  type Principal,
  type RefreshRefusal,
  type SessionLayer,
  type User,
} from '@latchkey/core';
import type { StreamRegistry } from './stream-registry.ts';

/** How many seconds pass between two reads of the store while the revocation feed is behind. */
const UNCONFIRMED_SECONDS = 3;

/**
 * Why a live session ended on this node: refused (session or user no longer valid), failed (the
 * store could not answer), or left (the connection closed).
 */
export type SessionEnd =
  | { readonly kind: 'refused'; readonly reason: RefreshRefusal }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left' };

/**
 * A session that is followed while a stream of it is open: an SSE subscription, or a WebSocket
 * connection with its calls. The store is read when the revocation feed reports the session, when
 * an access token would have expired, and every few seconds while the feed is behind. If the store
 * is unavailable, the stream ends and its client reconnects.
 */
export class LiveSession {
  readonly #layer: SessionLayer;
  readonly #streams: StreamRegistry;
  readonly #onChange: (session: LiveSession) => void;
  readonly #listeners = new Set<() => void>();
  #principal: Principal;
  #end: SessionEnd | null = null;
  #stopFollowing: (() => void) | null = null;
  #recheckAt: number;
  #askedAt: number;
  #asking: Promise<void> | null = null;
  #askAgain = false;

  /**
   * Follows a session.
   *
   * @param principal the caller, from the access token
   * @param onChange called before the listeners
   */
  constructor(
    layer: SessionLayer,
    streams: StreamRegistry,
    principal: Principal,
    onChange: (session: LiveSession) => void,
  ) {
    this.#layer = layer;
    this.#streams = streams;
    this.#onChange = onChange;
    this.#principal = principal;
    this.#recheckAt = principal.accessTokenExpiresAt;
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  /** The caller, with the role and token version of the last read. */
  get principal(): Principal {
    return this.#principal;
  }

  /** Why the live session ended; `null` while it continues. */
  get end(): SessionEnd | null {
    return this.#end;
  }

  /**
   * Calls `onChange` after each read of the store, and at the end. The session is followed while it
   * has listeners.
   *
   * @returns a function that removes the listener
   */
  listen(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    this.#stopFollowing ??= this.#follow();
    return () => {
      this.#listeners.delete(onChange);
      if (this.#listeners.size > 0) return;
      this.#stopFollowing?.();
      this.#stopFollowing = null;
    };
  }

  /**
   * Resolves once the session's validity is known: a new call waits for it. `undefined` if there is
   * nothing to wait for.
   */
  settle(): Promise<void> | undefined {
    if (this.#end || !this.#stopFollowing) return undefined;
    return this.#asking ?? (this.#isInDoubt() ? this.#ask() : undefined);
  }

  /** Ends the streams of this session here; the stored session stays. */
  finish(end: SessionEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#tell();
  }

  #follow(): () => void {
    const unwatch = this.#layer.watch(this.#principal, () => void this.#ask());
    const leave = this.#streams.join({ onTick: () => this.settle() });
    return () => {
      unwatch();
      leave();
    };
  }

  #isInDoubt(): boolean {
    const now = this.#layer.clock.now();
    return (
      now >= this.#recheckAt ||
      (!this.#layer.isFeedUpToDate() && Math.abs(now - this.#askedAt) >= UNCONFIRMED_SECONDS * 1000)
    );
  }

  /**
   * Reads the store. A report that arrives during a read may be newer than its result: then it
   * reads again.
   */
  #ask(): Promise<void> {
    this.#askAgain = true;
    this.#asking ??= this.#askUntilSure().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askUntilSure(): Promise<void> {
    while (this.#askAgain && !this.#end) {
      this.#askAgain = false;
      this.#askedAt = this.#layer.clock.now();
      try {
        const confirmation = await this.#layer.confirm(this.#principal);
        if (confirmation.kind === 'refused') this.finish(confirmation);
        else this.#goOn(confirmation.user);
      } catch (error) {
        this.finish({ kind: 'failed', error });
      }
    }
  }

  #goOn(user: User): void {
    this.#recheckAt = this.#askedAt + this.#layer.options.accessTokenSeconds * 1000;
    this.#principal = {
      ...currentPrincipal(this.#principal, user),
      accessTokenExpiresAt: this.#recheckAt,
    };
    this.#tell();
  }

  #tell(): void {
    this.#onChange(this);
    for (const listener of this.#listeners) listener();
  }
}
