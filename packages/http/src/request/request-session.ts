import {
  type Authentication,
  type Client,
  type Confirmation,
  type Grant,
  type Principal,
  type RefreshOutcome,
  StoreUnavailableError,
} from '@latchkey/core';
import type { Exchange } from '../exchange.ts';
import { type CookieDescription, describeCookies, grantCookies } from './cookies.ts';
import type { EdgeOptions } from './edge-options.ts';
import { type RequestCredentials, readCredentials } from './request-credentials.ts';
import { ResponseCookies } from './response-cookies.ts';
import { SessionActions } from './session-actions.ts';
import { injectAccessToken } from './token-sources.ts';
import { tracedRefresh } from './tracing.ts';

const NO_CREDENTIALS: Authentication = { kind: 'anonymous', reason: 'no_credentials' };

/**
 * Who is calling: what a request carried, and what became of it. Procedures find it in
 * `ctx.session`. It changes in three cases only: a refresh, an action of {@link SessionActions},
 * and, while a stream stays open, news of the session.
 */
export class RequestSession {
  readonly #edge: EdgeOptions;
  readonly #exchange: Exchange;
  readonly #credentials: RequestCredentials;
  readonly #cookies: ResponseCookies;
  /**
   * When the request came in. Every step judges by this instant, or a token could expire between
   * two of them.
   */
  readonly #now: number;
  #authentication: Authentication = NO_CREDENTIALS;
  #refreshed: RefreshOutcome | null = null;
  #outage: StoreUnavailableError | null = null;
  #isConfirming = false;
  #refreshing: Promise<RefreshOutcome> | null = null;
  #verdict: Authentication | null = null;
  #actions: SessionActions | null = null;

  constructor(edge: EdgeOptions, exchange: Exchange) {
    this.#edge = edge;
    this.#exchange = exchange;
    this.#now = edge.layer.clock.now();
    this.#credentials = readCredentials(exchange, edge.sources, edge.names);
    this.#cookies = new ResponseCookies(exchange);
  }

  /** Whether the caller is signed in, and as whom or why not. */
  get authentication(): Authentication {
    return this.#authentication;
  }

  /** The outcome of the last refresh of this request; `null` where there was none. */
  get refreshed(): RefreshOutcome | null {
    return this.#refreshed;
  }

  /** Set when the store could not be asked: then it is unknown whether the caller is signed in. */
  get outage(): StoreUnavailableError | null {
    return this.#outage;
  }

  /** The caller; `null` when not signed in. */
  get principal(): Principal | null {
    return this.#authentication.kind === 'authenticated' ? this.#authentication.principal : null;
  }

  get client(): Client {
    return this.#exchange.client;
  }

  /** Sign in, sign out, renew, reauthenticate. */
  get actions(): SessionActions {
    this.#actions ??= new SessionActions(
      this,
      this.#edge,
      this.#credentials,
      this.#cookies,
      this.#now,
    );
    return this.#actions;
  }

  /** Seconds until the caller's access token expires; `null` when not signed in. */
  get accessTokenSecondsLeft(): number | null {
    return (
      this.principal && (this.principal.accessTokenExpiresAt - this.#edge.layer.clock.now()) / 1000
    );
  }

  get accessTokenSeconds(): number {
    return this.#edge.layer.options.accessTokenSeconds;
  }

  /** The cookies' attributes, as the server sets them. */
  get cookieDescriptions(): CookieDescription[] {
    return describeCookies(
      this.#edge.cookies,
      this.#edge.layer.options,
      this.#credentials.sessionOnly,
    );
  }

  /** Whether cookies that are decided now still reach the browser. */
  get canSetCookies(): boolean {
    return this.#cookies.canBeSet;
  }

  /** A header of the request, by its lower-case name. */
  header(name: string): string | undefined {
    return this.#exchange.header(name);
  }

  /**
   * Step 1: looks for the key of an access token that names one which is not here yet: another node
   * may have begun to sign with it a moment ago.
   *
   * @returns `null` where there is nothing to wait for, as nearly always
   */
  findKeys(): Promise<void> | null {
    if (this.#refreshing || this.#verify().kind === 'authenticated') return null;
    const found = this.#edge.layer.findKeys(this.#credentials.accessTokens);
    return (
      found?.then(() => {
        this.#verdict = null;
      }) ?? null
    );
  }

  /** Step 2: whether the store must be asked before it is known who is calling. */
  needsStore(): boolean {
    return this.#needsConfirmation() || this.#needsRefresh();
  }

  /**
   * Step 3: where this node does not know what was revoked, has the access token confirmed; without
   * a good one, refreshes and injects the new one. A store that is out is noted in {@link outage},
   * not thrown.
   */
  async refreshAndInject(): Promise<void> {
    try {
      if (this.#needsConfirmation()) await this.#confirmPresented();
      if (this.#needsRefresh()) await this.refresh();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.#outage = error;
    }
  }

  /** Step 4: settles who is calling. */
  authenticate(): void {
    const verdict = this.#verify();
    const { accessTokens, refreshTokens, usernames } = this.#credentials;
    const isEmpty =
      accessTokens.length === 0 && refreshTokens.length === 0 && usernames.length === 0;
    this.#authentication =
      verdict.kind === 'authenticated' || (isEmpty && !this.#refreshed)
        ? verdict
        : { kind: 'anonymous', reason: this.#reasonOf(verdict) };
    const { authentication } = this;
    if (authentication.kind === 'anonymous' && authentication.reason === 'ambiguous_session')
      this.#edge.layer.reportAmbiguity(this.client);
  }

  /**
   * Refreshes now. One request is refreshed once, however many of its parts ask: they share the
   * outcome.
   *
   * @param again true for one more refresh, after a change that the new access token is to show
   * @throws StoreUnavailableError
   */
  refresh(again = false): Promise<RefreshOutcome> {
    if (again) this.#refreshing = null;
    this.#refreshing ??= this.#refreshOnce();
    return this.#refreshing;
  }

  /**
   * Whether the caller's session and user still hold at this moment, by the store. @throws
   * StoreUnavailableError
   */
  confirm(principal: Principal): Promise<Confirmation> {
    return this.#edge.layer.confirm(principal);
  }

  /**
   * Replaces what is known of the caller: after a sign-in or sign-out, or while a stream stays
   * open.
   */
  settle(
    authentication: Authentication,
    outage: StoreUnavailableError | null = this.#outage,
  ): void {
    this.#authentication = authentication;
    this.#outage = outage;
  }

  /** What the request's access tokens are worth; found out once. */
  #verify(): Authentication {
    this.#verdict ??= this.#edge.layer.authenticate(
      this.#credentials.accessTokens,
      this.#now,
      this.#credentials,
    );
    return this.#verdict;
  }

  /**
   * A valid access token came, and it may have been revoked on another node. One of a refresh was
   * confirmed by it.
   */
  #needsConfirmation(): boolean {
    return (
      !this.#isConfirming &&
      !this.#refreshing &&
      !this.#edge.layer.isFeedUpToDate() &&
      this.#verify().kind === 'authenticated'
    );
  }

  /**
   * Asks the store about the access token that came; until it has answered, the token counts for
   * nothing. One from before the user's version was raised does not hold, though its session may go
   * on: a refresh gives it a new one.
   */
  async #confirmPresented(): Promise<void> {
    const presented = this.#verify();
    if (presented.kind === 'anonymous') return;
    this.#isConfirming = true;
    this.#verdict = { kind: 'anonymous', reason: 'session_unknown' };
    const confirmation = await this.#edge.layer.confirm(presented.principal);
    if (confirmation.kind === 'refused')
      this.#verdict = { kind: 'anonymous', reason: confirmation.reason };
    else if (confirmation.user.tokenVersion > presented.principal.tokenVersion)
      this.#verdict = { kind: 'anonymous', reason: 'token_version' };
    else this.#verdict = presented;
  }

  /** No valid access token came, and there is something to refresh with. */
  #needsRefresh(): boolean {
    const { refreshTokens, usernames } = this.#credentials;
    if (this.#refreshing || refreshTokens.length === 0 || usernames.length === 0) return false;
    const verdict = this.#verify();
    return verdict.kind === 'anonymous' && verdict.reason !== 'ambiguous_session';
  }

  async #refreshOnce(): Promise<RefreshOutcome> {
    const { layer, sources } = this.#edge;
    const outcome = await tracedRefresh(() => layer.refresh(this.#credentials, this.client));
    this.#refreshed = outcome;
    if (outcome.kind === 'refused') return outcome;
    const { grant } = outcome;
    this.#verdict = { kind: 'authenticated', principal: grant.principal };
    injectAccessToken(this.#exchange, sources, grant.accessToken, (tokens) =>
      layer.recognizes(tokens, this.#now),
    );
    this.#cookies.set(() => this.#unlessLate(grant));
    return outcome;
  }

  /**
   * A browser may hold newer cookies by now than ones decided a grace ago: then none are written,
   * and its next request converges.
   */
  #unlessLate(grant: Grant): string[] {
    const { layer, cookies } = this.#edge;
    return layer.isTooLateToSet(grant)
      ? []
      : grantCookies(cookies, grant, this.#credentials.sessionOnly);
  }

  /** The reason nearest to the cause: why the refresh was refused, or why none was possible. */
  #reasonOf({ reason }: Extract<Authentication, { kind: 'anonymous' }>): typeof reason {
    if (this.#refreshed?.kind === 'refused') return this.#refreshed.reason;
    if (reason !== 'access_token_expired' && reason !== 'no_credentials') return reason;
    if (this.#credentials.refreshTokens.length === 0) return 'refresh_token_missing';
    return this.#credentials.usernames.length === 0 ? 'username_missing' : reason;
  }
}
