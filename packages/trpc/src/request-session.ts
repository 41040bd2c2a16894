import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Authentication,
  type Client,
  type Confirmation,
  type Grant,
  type Principal,
  type RefreshOutcome,
  StoreUnavailableError,
  type User,
} from '@latchkey/core';
import { confirmPresented } from './confirm-presented.ts';
import { type CookieDescription, clearingCookies, describeCookies, grantCookies, sessionOnlyCookies } from './cookies.ts';
import { deviceCookies, deviceOf } from './device.ts';
import type { EdgeOptions } from './edge-options.ts';
import { isSignedHere } from './inject.ts';
import { PresentedCredentials } from './presented-credentials.ts';
import { ResponseCookies } from './response-cookies.ts';
import { SessionStreams } from './session-streams.ts';
import { tracedRefresh } from './tracing.ts';

/**
 * One request's session: what it carried, what became of it, and what its response will set. Handed to procedures as `ctx.session`.
 * Cookies are decided when the headers are written, never before.
 */
export class RequestSession {
  /** The outcome of the one refresh this request may have, if any. */
  refreshed: RefreshOutcome | null = null;
  /** Set when the store could not be asked; then nobody knows whether the caller is signed in. */
  outage: StoreUnavailableError | null = null;
  authentication: Authentication = { kind: 'anonymous', reason: 'no_credentials' };
  /** What of this session stays open beyond the request. */
  readonly streams: SessionStreams;

  readonly #edge: EdgeOptions;
  readonly #request: IncomingMessage;
  readonly #presented: PresentedCredentials;
  readonly #cookies: ResponseCookies;
  /** When the request came in. Every step judges by this instant, or a token could expire between two of them. */
  readonly #now: number;
  #confirming = false;
  #refreshing: Promise<RefreshOutcome> | null = null;
  #verdict: Authentication | null = null;

  constructor(edge: EdgeOptions, request: IncomingMessage, response: ServerResponse) {
    this.#edge = edge;
    this.#request = request;
    this.#now = edge.layer.clock.now();
    this.#presented = new PresentedCredentials(edge, request);
    this.#cookies = new ResponseCookies(response);
    this.streams = new SessionStreams(edge, this);
  }

  get client(): Client {
    return this.#edge.clientOf(this.#request);
  }

  get principal(): Principal | null {
    return this.authentication.kind === 'authenticated' ? this.authentication.principal : null;
  }

  /** Seconds until the caller's access token expires; `null` when not signed in. */
  get accessTokenSecondsLeft(): number | null {
    return this.principal && (this.principal.accessTokenExpiresAt - this.#edge.layer.clock.now()) / 1000;
  }

  get accessTokenSeconds(): number {
    return this.#edge.layer.options.accessTokenSeconds;
  }

  /** The cookies' attributes, as the server sets them. */
  get cookieDescriptions(): CookieDescription[] {
    return describeCookies(this.#edge.cookies, this.#edge.layer.options, this.#presented.sessionOnly);
  }

  /**
   * Step 2 of the request path, for a token that names a key which is not here yet: another node may have begun to sign with it a moment ago.
   *
   * @returns `null` where there is nothing to wait for, as nearly always
   */
  findKeys(): Promise<void> | null {
    if (this.#refreshing || this.#verify().kind === 'authenticated') return null;
    const found = this.#edge.layer.findKeys(this.#presented.accessTokens);
    return (
      found?.then(() => {
        this.#verdict = null;
      }) ?? null
    );
  }

  /** Step 3 of the request path: true when the store must be asked before anybody can say who is calling. */
  needsStore(): boolean {
    return this.#needsConfirmation() || this.#needsRefresh();
  }

  /**
   * Step 4: where this node does not know what was revoked, has the access token confirmed; without a good one, refreshes, and injects the new one. A store
   * that is out is noted, not thrown.
   */
  async refreshAndInject(): Promise<void> {
    try {
      if (this.#needsConfirmation()) await this.#confirmPresented();
      if (this.#needsRefresh()) await this.refresh();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.outage = error;
    }
  }

  /** Step 5: verifies whatever access token the request now carries. */
  authenticate(): void {
    this.authentication = this.#verify();
    if (this.authentication.kind === 'anonymous' && (this.refreshed || !this.#presented.isEmpty))
      this.authentication = { kind: 'anonymous', reason: this.#reason(this.authentication) };
  }

  /**
   * Refreshes now. One request is refreshed once, however many of its parts ask: they share the outcome.
   *
   * @throws StoreUnavailableError
   */
  refresh(): Promise<RefreshOutcome> {
    this.#refreshing ??= this.#refreshOnce();
    return this.#refreshing;
  }

  /** Whether the caller's session and user still hold at this moment. @throws StoreUnavailableError */
  confirm(principal: Principal): Promise<Confirmation> {
    return this.#edge.layer.confirm(principal);
  }

  /** Notes that the caller has just proved again who they are. False when the session is over. @throws StoreUnavailableError */
  reauthenticate(principal: Principal): Promise<boolean> {
    return this.#edge.layer.reauthenticate(principal, this.client);
  }

  /** Refreshes once more: after a change that the new access token is to show. @throws StoreUnavailableError */
  renew(): Promise<RefreshOutcome> {
    this.#refreshing = null;
    return this.refresh();
  }

  /**
   * Starts a session for a user who has proved who they are, and ends the one this browser held before.
   *
   * @param remember false when it is to end with the browser
   * @throws StoreUnavailableError
   */
  async signIn(user: User, remember = true): Promise<Grant> {
    const { layer, cookies } = this.#edge;
    const grant = await layer.issue(user, this.client);
    await layer.revokePresentedSessions(this.#presented.refreshTokens, 'replaced', this.client);
    const choice = sessionOnlyCookies(cookies, !remember, this.#presented.sessionOnly);
    this.adopt(grant, [...deviceCookies(this.#edge, this.deviceOf(user.username), grant), ...choice], !remember);
    return grant;
  }

  /** The id of the device this request comes from, when that user signed in there before. Not for deciding who somebody is. */
  readonly deviceOf = (username: string): string | null => deviceOf(this.#edge, this.#presented, username, this.#now);

  /** Gives the browser the cookies of another session. Call it once whatever the grant depends on is committed. */
  adopt(grant: Grant, alsoSet: readonly string[] = [], sessionOnly = this.#presented.sessionOnly): void {
    const { layer, cookies } = this.#edge;
    this.#cookies.set(() => [...grantCookies(cookies, grant, sessionOnly), ...alsoSet]);
    this.authentication = layer.authenticate([grant.accessToken], grant.decidedAt, grant.accessToken);
  }

  /**
   * Ends the session this request belongs to and makes the browser forget its cookies. Signing out twice is no error.
   *
   * @throws StoreUnavailableError, with the cookies kept: a sign-out that could not be recorded must not look like one
   */
  async signOut(): Promise<void> {
    const { layer, cookies } = this.#edge;
    if (this.outage) throw this.outage;
    if (this.principal) await layer.revoke(this.principal.sessionId, 'signed_out', { ...this.client, userId: this.principal.userId });
    await layer.revokePresentedSessions(this.#presented.refreshTokens, 'signed_out', this.client);
    this.#cookies.set(() => clearingCookies(cookies, this.#presented.sessionOnly));
    this.authentication = { kind: 'anonymous', reason: 'session_revoked' };
  }

  /** What the request's access tokens are worth; found out once, and again after an injection. */
  #verify(): Authentication {
    this.#verdict ??= this.#edge.layer.authenticate(this.#presented.accessTokens, this.#now, this.#presented.injected);
    return this.#verdict;
  }

  /** A valid access token came, and it may have been revoked on another node. One that a refresh injected was confirmed by it. */
  #needsConfirmation(): boolean {
    return !this.#confirming && !this.#refreshing && !this.#edge.layer.isFeedUpToDate() && this.#verify().kind === 'authenticated';
  }

  /** Until the store has answered, what came counts for nothing. */
  async #confirmPresented(): Promise<void> {
    const presented = this.#verify();
    if (presented.kind === 'anonymous') return;
    this.#confirming = true;
    this.#verdict = { kind: 'anonymous', reason: 'session_unknown' };
    this.#verdict = await confirmPresented(this.#edge.layer, presented);
  }

  /** No valid access token came, and there is something to refresh with. */
  #needsRefresh(): boolean {
    return !this.#refreshing && this.#verify().kind === 'anonymous' && this.#presented.canRefresh;
  }

  async #refreshOnce(): Promise<RefreshOutcome> {
    const { refreshTokens, usernames } = this.#presented;
    const outcome = await tracedRefresh(() => this.#edge.layer.refresh({ refreshTokens, usernames }, this.client));
    this.refreshed = outcome;
    if (outcome.kind === 'refreshed') {
      this.#verdict = null;
      const { injected } = this.#presented;
      this.#presented.inject(outcome.grant.accessToken, (tokens) => isSignedHere(this.#edge.layer, tokens, this.#now, injected));
      this.#cookies.set(() => this.#unlessLate(outcome.grant));
    }
    return outcome;
  }

  /**
   * Whether cookies of this request's procedures would still reach the browser. Procedures that set some ask before they do anything: a
   * streamed batch sends its headers before they have run, and a WebSocket has sent them at its handshake.
   */
  get canSetCookies(): boolean {
    return this.#request.headers['trpc-accept'] !== 'application/jsonl' && this.#cookies.canBeSet;
  }

  /** A browser may hold newer cookies by now than ones decided a grace ago: then none are written, and its next request converges. */
  #unlessLate(grant: Grant): string[] {
    const { layer, cookies } = this.#edge;
    const grace = layer.options.graceSeconds * 1000;
    const late = grace > 0 && layer.clock.now() - grant.decidedAt >= grace;
    return late ? [] : grantCookies(cookies, grant, this.#presented.sessionOnly);
  }

  /** The reason nearest to the cause: why the refresh was refused, or why none was possible. */
  #reason({ reason }: Extract<Authentication, { kind: 'anonymous' }>): typeof reason {
    if (this.refreshed?.kind === 'refused') return this.refreshed.reason;
    if (reason !== 'access_token_expired' && reason !== 'no_credentials') return reason;
    if (this.#presented.refreshTokens.length === 0) return 'refresh_token_missing';
    return this.#presented.usernames.length === 0 ? 'username_missing' : reason;
  }
}
