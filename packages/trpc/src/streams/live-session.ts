import {
  currentPrincipal,
  type Principal,
  type RefreshRefusal,
  type SessionLayer,
  type User,
} from '@latchkey/core';
import type { Answer, CheckedMember, JoinedCheck } from './checks/session-checks.ts';

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
 * an access token would have expired, and every few seconds while the feed is lost. The live
 * sessions of one stored session share each read. If the store is unavailable, the stream ends and
 * its client reconnects.
 */
export class LiveSession {
  readonly #layer: SessionLayer;
  readonly #joinCheck: (member: CheckedMember) => JoinedCheck;
  readonly #onChange: (session: LiveSession) => void;
  readonly #listeners = new Set<() => void>();
  #principal: Principal;
  #end: SessionEnd | null = null;
  #check: JoinedCheck | null = null;
  #unwatch = () => {};
  #recheckAt: number;
  readonly #member: CheckedMember;

  /**
   * Follows a session.
   *
   * @param joinCheck shares the reads of the store with others of the session
   * @param principal the caller, from the access token
   * @param onChange called before the listeners
   */
  constructor(
    layer: SessionLayer,
    joinCheck: (member: CheckedMember) => JoinedCheck,
    principal: Principal,
    onChange: (session: LiveSession) => void,
  ) {
    this.#layer = layer;
    this.#joinCheck = joinCheck;
    this.#onChange = onChange;
    this.#principal = principal;
    this.#recheckAt = principal.accessTokenExpiresAt;
    this.#member = {
      principal: () => this.#principal,
      recheckAt: () => this.#recheckAt,
      onAnswer: (answer) => this.#onAnswer(answer),
    };
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
    if (!this.#end) this.#check ??= this.#follow();
    return () => {
      this.#listeners.delete(onChange);
      if (this.#listeners.size === 0) this.#unfollow();
    };
  }

  /**
   * Resolves once the session's validity is known: a new call waits for it. `undefined` if there is
   * nothing to wait for.
   */
  settle(): Promise<void> | undefined {
    const check = this.#check;
    if (!check) return undefined;
    const isDoubtful = this.#layer.clock.now() >= this.#recheckAt || check.isInDoubt();
    return check.asking(this.#member) ?? (isDoubtful ? check.ask() : undefined);
  }

  /** Ends the streams of this session here; the stored session stays. */
  finish(end: SessionEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#unfollow();
    this.#tell();
  }

  #follow(): JoinedCheck {
    const check = this.#joinCheck(this.#member);
    this.#unwatch = this.#layer.watch(this.#principal, () => void check.ask());
    return check;
  }

  #unfollow(): void {
    this.#unwatch();
    this.#check?.leave();
    this.#check = null;
  }

  #onAnswer(answer: Answer): void {
    if ('error' in answer) this.finish({ kind: 'failed', error: answer.error });
    else if (answer.confirmation.kind === 'refused') this.finish(answer.confirmation);
    else this.#goOn(answer.confirmation.user, answer.askedAt);
  }

  #goOn(user: User, askedAt: number): void {
    this.#recheckAt = askedAt + this.#layer.options.accessTokenSeconds * 1000;
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
