import type { Principal, RefreshRefusal, SessionLayer } from '@latchkey/core';
import type { StreamRegistry } from './stream-registry.ts';

/** While nobody can say what was revoked, the store is asked so far apart. */
const UNCONFIRMED_SECONDS = 3;

/**
 * Why nothing of a session may go on: it or its user does not hold any more, nobody can say whether
 * they do, or nobody is there any more.
 */
export type SessionEnd =
  | { readonly kind: 'refused'; readonly reason: RefreshRefusal }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left' };

/**
 * A session followed for as long as something of it stays open: an SSE stream, or a WebSocket
 * connection with all that runs over it. The store is asked when there is news of it, when an
 * access token would have expired, and now and then while the feed of revocations is lost. It goes
 * on as long as the store says so; when the store cannot say, it ends too, and clients come back by
 * themselves.
 */
export class LiveSession {
  /** Who it is, role and token version as of now. */
  principal: Principal;
  end: SessionEnd | null = null;

  readonly #layer: SessionLayer;
  readonly #streams: StreamRegistry;
  readonly #onChange: (session: LiveSession) => void;
  readonly #listeners = new Set<() => void>();
  #stopFollowing: (() => void) | null = null;
  #recheckAt: number;
  #askedAt: number;
  #asking: Promise<void> | null = null;
  #askAgain = false;

  /**
   * @param principal as its access token says at this moment
   * @param onChange called before those who listen
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
    this.principal = principal;
    this.#recheckAt = principal.accessTokenExpiresAt;
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Calls back whenever the store was asked, and at the end. The session is followed while anybody
   * listens.
   *
   * @returns listens no more
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
   * Resolves once nothing is in doubt: whatever begins waits for it. Nothing to wait for is
   * `undefined`.
   */
  settle(): Promise<void> | undefined {
    if (this.end || !this.#stopFollowing) return undefined;
    return this.#asking ?? (this.#isInDoubt() ? this.#ask() : undefined);
  }

  /** Ends it here; the session itself lives on. */
  finish(end: SessionEnd): void {
    if (this.end) return;
    this.end = end;
    this.#tell();
  }

  #follow(): () => void {
    const unwatch = this.#layer.watch(this.principal, () => void this.#ask());
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

  /** News that comes while the store is being asked may be newer than its answer. */
  #ask(): Promise<void> {
    this.#askAgain = true;
    this.#asking ??= this.#askUntilSure().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askUntilSure(): Promise<void> {
    while (this.#askAgain && !this.end) {
      this.#askAgain = false;
      this.#askedAt = this.#layer.clock.now();
      try {
        const confirmation = await this.#layer.confirm(this.principal);
        if (confirmation.kind === 'refused') this.finish(confirmation);
        else this.#goOn(confirmation.user);
      } catch (error) {
        this.finish({ kind: 'failed', error });
      }
    }
  }

  #goOn({ role, tokenVersion }: Pick<Principal, 'role' | 'tokenVersion'>): void {
    this.#recheckAt = this.#askedAt + this.#layer.options.accessTokenSeconds * 1000;
    this.principal = {
      ...this.principal,
      role,
      tokenVersion,
      accessTokenExpiresAt: this.#recheckAt,
    };
    this.#tell();
  }

  #tell(): void {
    this.#onChange(this);
    for (const listener of this.#listeners) listener();
  }
}
