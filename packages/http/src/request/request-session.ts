import {
  type AnyClaims,
  type Authentication,
  type Client,
  type Confirmation,
  type Principal,
  type RefreshOutcome,
  StoreUnavailableError,
} from '@latchkey/core';
import { ResponseHead } from '../cookies/response-head.ts';
import { type CookieDescription, describeCookies } from '../cookies/session-cookies.ts';
import type { Exchange } from '../exchange.ts';
import type { EdgeOptions } from './edge-options.ts';
import { SessionActions } from './session-actions.ts';
import { injectAccessToken } from './token-sources.ts';
import { tracedRefresh } from './tracing.ts';
import type { Transfer } from './transfer.ts';
import { canRefresh, NO_CREDENTIALS, settled, UNCONFIRMED, verdictAfter } from './verdict.ts';

/**
 * The session of one request: `ctx.session` in procedures, `sessionOf(request)` in handlers. It
 * changes by a refresh, by {@link SessionActions} and, while a stream is open, with its session.
 *
 * @example
 * import { sessionOf } from '@latchkey/http';
 *
 * const { principal } = sessionOf(request);
 * response.end(`Hello ${principal?.username ?? 'stranger'}`);
 */
export class RequestSession<Claims extends AnyClaims = AnyClaims> {
  readonly #edge: EdgeOptions;
  readonly #exchange: Exchange;
  readonly #transfer: Transfer;
  readonly #head: ResponseHead;
  /** The instant of the request's arrival, for all steps: no token expires between two of them. */
  readonly #now: number;
  #authentication: Authentication = NO_CREDENTIALS;
  #refreshed: RefreshOutcome | null = null;
  #outage: StoreUnavailableError | null = null;
  #isConfirming = false;
  #refreshing: Promise<RefreshOutcome> | null = null;
  #verdict: Authentication | null = null;
  #actions: SessionActions | null = null;

  /** @internal */
  constructor(edge: EdgeOptions, exchange: Exchange, transfer: Transfer) {
    this.#edge = edge;
    this.#exchange = exchange;
    this.#transfer = transfer;
    this.#now = edge.layer.clock.now();
    this.#head = new ResponseHead(exchange);
  }

  /** The principal, or the reason why the caller is anonymous. */
  get authentication(): Authentication<Claims> {
    return this.#authentication as Authentication<Claims>;
  }

  /** The outcome of this request's last refresh; `null` if it was not refreshed. */
  get refreshed(): RefreshOutcome | null {
    return this.#refreshed;
  }

  /** Set if the store is unavailable, so that it is unknown whether the caller is signed in. */
  get outage(): StoreUnavailableError | null {
    return this.#outage;
  }

  /** The caller of the request; `null` if not signed in. */
  get principal(): Principal<Claims> | null {
    return this.authentication.kind === 'authenticated' ? this.authentication.principal : null;
  }

  /** Address and user agent of the caller. */
  get client(): Client {
    return this.#exchange.client;
  }

  /** The actions of the caller's session: sign in, sign out, renew, reauthenticate. */
  get actions(): SessionActions {
    this.#actions ??= new SessionActions(this, this.#edge, this.#transfer, this.#head, this.#now);
    return this.#actions;
  }

  /** Seconds until the access token expires; `null` if not signed in. */
  get accessTokenSecondsLeft(): number | null {
    return (
      this.principal && (this.principal.accessTokenExpiresAt - this.#edge.layer.clock.now()) / 1000
    );
  }

  /** The lifetime of an access token, in seconds. */
  get accessTokenSeconds(): number {
    return this.#edge.layer.options.accessTokenSeconds;
  }

  /** How the tokens of this request travel: `headers` for clients that are no browsers. */
  get transfer(): 'cookies' | 'headers' {
    return this.#transfer.kind;
  }

  /** The attributes of the session's cookies, without their values. */
  get cookieDescriptions(): CookieDescription[] {
    const { cookies, layer } = this.#edge;
    return this.transfer === 'headers'
      ? []
      : describeCookies(cookies, layer.options, this.#transfer.credentials.sessionOnly);
  }

  /** Whether cookies can still be set: false once the head of the response has been sent. */
  get canSetCookies(): boolean {
    return this.#head.canBeSet;
  }

  /** Returns a request header by its lower-case name. */
  header(name: string): string | undefined {
    return this.#exchange.header(name);
  }

  /**
   * Step 1: looks up the key of an access token whose key id is unknown here: another node may have
   * begun to sign with it a moment ago. Returns `null` if there is nothing to wait for.
   * @internal
   */
  findKeys(): Promise<void> | null {
    if (this.#refreshing || this.#verify().kind === 'authenticated') return null;
    const found = this.#edge.layer.findKeys(this.#transfer.credentials.accessTokens);
    if (!found) return null;
    return found.then(() => {
      this.#verdict = null;
    });
  }

  /** Step 2: whether {@link refreshAndInject} has anything to do. @internal */
  needsStore(): boolean {
    return this.#needsConfirmation() || this.#needsRefresh();
  }

  /**
   * Step 3: confirms a valid access token with the store if revocations may have been missed;
   * refreshes an invalid one and injects the new token into the request. A store outage is kept in
   * {@link outage}, not thrown.
   * @internal
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

  /** Step 4: authenticates the request, which fixes {@link authentication}. @internal */
  authenticate(): this {
    const authentication = settled(this.#verify(), this.#transfer.credentials, this.#refreshed);
    this.#authentication = authentication;
    if (authentication.kind === 'anonymous' && authentication.reason === 'ambiguous_session')
      this.#edge.layer.reportAmbiguity(this.client);
    return this;
  }

  /**
   * Refreshes the session now. All calls within a request share one refresh and its outcome.
   *
   * @param again true for another refresh, after a change that the access token is to show
   * @throws StoreUnavailableError
   */
  refresh(again = false): Promise<RefreshOutcome> {
    if (again) this.#refreshing = null;
    this.#refreshing ??= this.#refreshOnce();
    return this.#refreshing;
  }

  /**
   * Asks the store whether the caller's session and user are valid now.
   *
   * @throws StoreUnavailableError
   */
  confirm(principal: Principal): Promise<Confirmation> {
    return this.#edge.layer.confirm(principal);
  }

  /** Replaces the caller: after a sign-in or sign-out, or while a stream stays open. */
  settle(
    authentication: Authentication,
    outage: StoreUnavailableError | null = this.#outage,
  ): void {
    this.#authentication = authentication;
    this.#outage = outage;
  }

  /** Verifies the access tokens of the request, once. */
  #verify(): Authentication {
    this.#verdict ??= this.#edge.layer.authenticate(
      this.#transfer.credentials.accessTokens,
      this.#now,
      this.#transfer.credentials,
    );
    return this.#verdict;
  }

  /**
   * Whether a valid access token must be confirmed with the store: while the revocation feed is
   * behind, it may have been revoked on another node. A refresh has asked the store already.
   */
  #needsConfirmation(): boolean {
    return (
      !this.#isConfirming &&
      !this.#refreshing &&
      !this.#edge.layer.isFeedUpToDate() &&
      this.#verify().kind === 'authenticated'
    );
  }

  async #confirmPresented(): Promise<void> {
    const presented = this.#verify();
    if (presented.kind === 'anonymous') return;
    this.#isConfirming = true;
    this.#verdict = UNCONFIRMED;
    const confirmation = await this.#edge.layer.confirm(presented.principal);
    this.#verdict = verdictAfter(presented, confirmation);
  }

  #needsRefresh(): boolean {
    return !this.#refreshing && canRefresh(this.#transfer.credentials, this.#verify());
  }

  async #refreshOnce(): Promise<RefreshOutcome> {
    const { layer } = this.#edge;
    const { credentials, sources } = this.#transfer;
    const outcome = await tracedRefresh(() => layer.refresh(credentials, this.client));
    this.#refreshed = outcome;
    if (outcome.kind === 'refused') return outcome;
    const { grant } = outcome;
    this.#verdict = { kind: 'authenticated', principal: grant.principal };
    injectAccessToken(this.#exchange, sources, grant.accessToken, (tokens) =>
      layer.recognizes(tokens, this.#now),
    );
    /** After a grace period the browser may hold newer cookies, so none are set: it converges. */
    this.#head.set(() =>
      layer.isTooLateToSet(grant) ? [] : this.#transfer.grant(grant, credentials.sessionOnly),
    );
    return outcome;
  }
}
