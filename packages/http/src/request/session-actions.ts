import type { Grant, Principal, RefreshOutcome, User } from '@latchkey/core';
import { clearingCookies, grantCookies, sessionOnlyCookies, strayCookies } from './cookies.ts';
import { deviceCookies, deviceOf } from './device.ts';
import type { EdgeOptions } from './edge-options.ts';
import type { RequestCredentials } from './request-credentials.ts';
import type { RequestSession } from './request-session.ts';
import type { ResponseCookies } from './response-cookies.ts';

/**
 * What a procedure may do with its caller's session: `ctx.session.actions`. Each of them decides
 * cookies of the response.
 */
export class SessionActions {
  readonly #session: RequestSession;
  readonly #edge: EdgeOptions;
  readonly #credentials: RequestCredentials;
  readonly #cookies: ResponseCookies;
  readonly #now: number;

  constructor(
    session: RequestSession,
    edge: EdgeOptions,
    credentials: RequestCredentials,
    cookies: ResponseCookies,
    now: number,
  ) {
    this.#session = session;
    this.#edge = edge;
    this.#credentials = credentials;
    this.#cookies = cookies;
    this.#now = now;
  }

  /**
   * Starts a session for a user who has proved who they are, and ends the one that this browser
   * held before.
   *
   * @param remember false when it is to end with the browser
   * @example
   * if (await passwordMatches(user, input.password)) await ctx.session.actions.signIn(user);
   * @throws StoreUnavailableError
   */
  async signIn(user: User, remember = true): Promise<Grant> {
    const { layer, cookies } = this.#edge;
    const { client } = this.#session;
    const { sessionOnly } = this.#credentials;
    const grant = await layer.issue(user, client);
    await layer.revokePresentedSessions(this.#credentials, 'replaced', client);
    const choice = sessionOnlyCookies(cookies, !remember, sessionOnly);
    const strays = strayCookies(cookies, this.#session.header('host'));
    this.adopt(
      grant,
      [...strays, ...deviceCookies(this.#edge, this.deviceOf(user.username), grant), ...choice],
      !remember,
    );
    return grant;
  }

  /**
   * Gives the browser the cookies of a session. Call it once whatever the grant depends on is
   * committed.
   */
  adopt(
    grant: Grant,
    alsoSet: readonly string[] = [],
    sessionOnly = this.#credentials.sessionOnly,
  ): void {
    this.#cookies.set(() => [...grantCookies(this.#edge.cookies, grant, sessionOnly), ...alsoSet]);
    this.#session.settle({ kind: 'authenticated', principal: grant.principal });
  }

  /**
   * Ends the session of this request and makes the browser forget its cookies. Signing out twice is
   * no error.
   *
   * @throws StoreUnavailableError, with the cookies kept: a sign-out that could not be recorded
   *   must not look like one
   */
  async signOut(): Promise<void> {
    const { layer, cookies } = this.#edge;
    const { client, principal, outage } = this.#session;
    if (outage) throw outage;
    if (principal)
      await layer.revoke(principal.sessionId, 'signed_out', {
        ...client,
        userId: principal.userId,
      });
    await layer.revokePresentedSessions(this.#credentials, 'signed_out', client);
    this.#cookies.set(() => clearingCookies(cookies, this.#credentials.sessionOnly));
    this.#session.settle({ kind: 'anonymous', reason: 'session_revoked' });
  }

  /**
   * Refreshes once more, after a change that the new access token is to show. @throws
   * StoreUnavailableError
   */
  renew(): Promise<RefreshOutcome> {
    return this.#session.refresh(true);
  }

  /**
   * Records that the caller has just proved again who they are. False when the session is over.
   * @throws StoreUnavailableError
   */
  reauthenticate(principal: Principal): Promise<boolean> {
    return this.#edge.layer.reauthenticate(principal, this.#session.client);
  }

  /**
   * The id of the device this request comes from, if that user signed in there before. It does not
   * tell who is calling.
   */
  readonly deviceOf = (username: string): string | null =>
    deviceOf(this.#edge, this.#credentials, username, this.#now);
}
