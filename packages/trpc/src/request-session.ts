import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Actor,
  type Authentication,
  type Client,
  type Confirmation,
  type Grant,
  type Principal,
  type RefreshOutcome,
  StoreUnavailableError,
  type User,
} from '@latchkey/core';
import onHeaders from 'on-headers';
import { confirmPresented } from './confirm-presented.ts';
import { type CookieDescription, clearingCookies, cookieNames, describeCookies, grantCookies, readCookies } from './cookies.ts';
import type { EdgeOptions } from './edge-options.ts';
import { injectAccessToken, readAccessTokens } from './inject.ts';
import { SessionStreams } from './session-streams.ts';

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
  readonly #response: ServerResponse;
  /** When the request came in. Every step judges by this instant, or a token could expire between two of them. */
  readonly #now: number;
  #confirming = false;
  #refreshing: Promise<RefreshOutcome> | null = null;
  #injected: string | null = null;
  #verdict: Authentication | null = null;
  #cookies: () => string[] = () => [];

  constructor(edge: EdgeOptions, request: IncomingMessage, response: ServerResponse) {
    this.#edge = edge;
    this.#request = request;
    this.#now = edge.layer.clock.now();
    this.#response = response;
    this.streams = new SessionStreams(edge, this);
    onHeaders(response, () => {
      const cookies = this.#cookies();
      if (cookies.length > 0) response.appendHeader('set-cookie', cookies);
      if (cookies.length > 0 || !response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
    });
  }

  get client(): Client {
    return this.#edge.clientOf(this.#request);
  }

  /** Who is calling, for the audit log. */
  get actor(): Actor {
    return { ...this.client, userId: this.principal?.userId ?? null };
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
    return describeCookies(this.#edge.cookies, this.#edge.layer.options);
  }

  /** Step 2 of the request path: true when the store must be asked before anybody can say who is calling. */
  needsStore(): boolean {
    return this.#needsConfirmation() || this.#needsRefresh();
  }

  /**
   * Step 3: where this node does not know what was revoked, has the access token confirmed; without a good one, refreshes, and injects the new one. A store
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

  /** Step 4: verifies whatever access token the request now carries. */
  authenticate(): void {
    this.authentication = this.#verify();
    if (this.authentication.kind === 'anonymous' && this.#hasTraces()) this.authentication = { kind: 'anonymous', reason: this.#reason(this.authentication) };
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

  /** Refreshes once more: after a change that the new access token is to show. @throws StoreUnavailableError */
  renew(): Promise<RefreshOutcome> {
    this.#refreshing = null;
    return this.refresh();
  }

  /**
   * Starts a session for a user who has proved who they are, and ends the one this browser held before.
   *
   * @throws StoreUnavailableError
   */
  async signIn(user: User): Promise<Grant> {
    const { layer } = this.#edge;
    const grant = await layer.issue(user, this.client);
    await layer.revokeHeld(this.#refreshTokens, 'replaced', this.client);
    this.adopt(grant);
    return grant;
  }

  /** Gives the browser the cookies of another session. Call it once whatever the grant depends on is committed. */
  adopt(grant: Grant): void {
    const { layer, cookies } = this.#edge;
    this.#cookies = () => grantCookies(cookies, grant);
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
    if (this.principal) await layer.revoke(this.principal.sessionId, 'signed_out', this.actor);
    await layer.revokeHeld(this.#refreshTokens, 'signed_out', this.client);
    this.#cookies = () => clearingCookies(cookies);
    this.authentication = { kind: 'anonymous', reason: 'session_revoked' };
  }

  /** What the request's access tokens are worth; found out once, and again after an injection. */
  #verify(): Authentication {
    this.#verdict ??= this.#edge.layer.authenticate(this.#accessTokens(), this.#now, this.#injected);
    return this.#verdict;
  }

  /** A valid access token came, and it may have been revoked on another node. One that a refresh injected was confirmed by it. */
  #needsConfirmation(): boolean {
    return !this.#confirming && !this.#refreshing && !this.#edge.layer.feedConfirmed() && this.#verify().kind === 'authenticated';
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
    if (this.#refreshing) return false;
    return this.#verify().kind === 'anonymous' && this.#refreshTokens.length > 0 && this.#usernames.length > 0;
  }

  async #refreshOnce(): Promise<RefreshOutcome> {
    const { layer, sources } = this.#edge;
    const outcome = await layer.refresh({ refreshTokens: this.#refreshTokens, usernames: this.#usernames }, this.client);
    this.refreshed = outcome;
    if (outcome.kind === 'refreshed') {
      this.#injected = outcome.grant.accessToken;
      this.#verdict = null;
      injectAccessToken(this.#request, sources, outcome.grant.accessToken);
      this.#cookies = () => this.#unlessLate(outcome.grant);
    }
    return outcome;
  }

  /**
   * Whether cookies of this request's procedures would still reach the browser. Procedures that set some ask before they do anything: a
   * streamed batch sends its headers before they have run, and a WebSocket has sent them at its handshake.
   */
  get canSetCookies(): boolean {
    const streams = this.#request.headers['trpc-accept'] === 'application/jsonl';
    return !streams && !this.#response.headersSent;
  }

  #accessTokens(): string[] {
    return readAccessTokens(this.#request, this.#edge.sources);
  }

  get #refreshTokens(): string[] {
    return readCookies(this.#request.headers.cookie, cookieNames(this.#edge.cookies).refreshToken);
  }

  get #usernames(): string[] {
    return readCookies(this.#request.headers.cookie, cookieNames(this.#edge.cookies).username);
  }

  /** A browser may hold newer cookies by now than ones decided a grace ago: then none are written, and its next request converges. */
  #unlessLate(grant: Grant): string[] {
    const { layer, cookies } = this.#edge;
    const grace = layer.options.graceSeconds * 1000;
    const late = grace > 0 && layer.clock.now() - grant.decidedAt >= grace;
    return late ? [] : grantCookies(cookies, grant);
  }

  #hasTraces(): boolean {
    return this.refreshed !== null || this.#accessTokens().length > 0 || this.#refreshTokens.length > 0 || this.#usernames.length > 0;
  }

  /** The reason nearest to the cause: why the refresh was refused, or why none was possible. */
  #reason({ reason }: Extract<Authentication, { kind: 'anonymous' }>): typeof reason {
    if (this.refreshed?.kind === 'refused') return this.refreshed.reason;
    if (reason !== 'access_token_expired' && reason !== 'no_credentials') return reason;
    if (this.#refreshTokens.length === 0) return 'refresh_token_missing';
    return this.#usernames.length === 0 ? 'username_missing' : reason;
  }
}
