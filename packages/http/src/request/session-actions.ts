import type {
  Authentication,
  Client,
  Grant,
  Principal,
  RefreshOutcome,
  StoreUnavailableError,
  User,
} from '@latchkey/core';
import type { ResponseHead } from '../cookies/response-head.ts';
import { deviceCookies, sessionOnlyCookies, strayCookies } from '../cookies/session-cookies.ts';
import { deviceOf } from './device.ts';
import type { EdgeOptions } from './edge-options.ts';
import type { Transfer } from './transfer.ts';

/** The part of a request's session that its actions read and change. */
export interface ActionTarget {
  readonly principal: Principal | null;
  readonly client: Client;
  readonly outage: StoreUnavailableError | null;
  header(name: string): string | undefined;
  refresh(again: boolean): Promise<RefreshOutcome>;
  settle(authentication: Authentication): void;
}

/**
 * What a handler may do with its caller's session: `session.actions`. Each action sets cookies (or
 * headers, for clients that are no browsers), so
 * the head of the response must not have been sent.
 */
export class SessionActions {
  readonly #session: ActionTarget;
  readonly #edge: EdgeOptions;
  readonly #transfer: Transfer;
  readonly #head: ResponseHead;
  readonly #now: number;

  /** @internal */
  constructor(
    session: ActionTarget,
    edge: EdgeOptions,
    transfer: Transfer,
    head: ResponseHead,
    now: number,
  ) {
    this.#session = session;
    this.#edge = edge;
    this.#transfer = transfer;
    this.#head = head;
    this.#now = now;
  }

  /**
   * Starts a session for a user whose credentials have been checked, and revokes the session that
   * the browser presented. It counts as recent authentication, however the user was checked.
   *
   * @param remember false for cookies that end with the browser
   * @throws StoreUnavailableError
   * @throws Error if the user is disabled: check it first
   * @example
   * import { refusal, sendError, sessionOf } from '@latchkey/http';
   *
   * app.post('/login', async (request, response) => {
   *   const user = await checkPassword(request.body.username, request.body.password);
   *   if (!user) return sendError(response, refusal('invalid_credentials'));
   *   await sessionOf(request).actions.signIn(user);
   *   response.json({ message: 'Signed in' });
   * });
   */
  async signIn(user: User, remember = true): Promise<Grant> {
    const { layer, cookies } = this.#edge;
    const { client } = this.#session;
    const { sessionOnly } = this.#transfer.credentials;
    const grant = await layer.issue(user, client);
    await layer.revokePresentedSessions(this.#transfer.credentials, 'replaced', client);
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
   * Sets the cookies of a session that was issued elsewhere. Call it after the transaction that the
   * grant depends on has committed.
   *
   * @example
   * import { sessionOf } from '@latchkey/http';
   *
   * const session = sessionOf(request);
   * const grant = await database.transaction(() => layer.issue(user, session.client));
   * session.actions.adopt(grant);
   */
  adopt(
    grant: Grant,
    alsoSet: readonly string[] = [],
    sessionOnly = this.#transfer.credentials.sessionOnly,
  ): void {
    this.#head.set(() => this.#transfer.grant(grant, sessionOnly, alsoSet));
    this.#session.settle({ kind: 'authenticated', principal: grant.principal });
  }

  /**
   * Revokes the session of this request and expires its cookies. Signing out twice is no error.
   *
   * @throws StoreUnavailableError and keeps the cookies, if the revocation could not be stored
   * @example
   * import { sessionOf } from '@latchkey/http';
   *
   * await sessionOf(request).actions.signOut();
   */
  async signOut(): Promise<void> {
    const { layer } = this.#edge;
    const { client, principal, outage } = this.#session;
    if (outage) throw outage;
    if (principal)
      await layer.revoke(principal.sessionId, 'signed_out', {
        ...client,
        userId: principal.userId,
      });
    await layer.revokePresentedSessions(this.#transfer.credentials, 'signed_out', client);
    this.#head.set(() => this.#transfer.clear());
    this.#session.settle({ kind: 'anonymous', reason: 'session_revoked' });
  }

  /**
   * Refreshes once more, after a change that the access token is to show (a role, a username).
   *
   * @throws StoreUnavailableError
   * @example
   * import { sessionOf } from '@latchkey/http';
   *
   * // after the username or the role was changed in your users table
   * await sessionOf(request).actions.renew();
   */
  renew(): Promise<RefreshOutcome> {
    return this.#session.refresh(true);
  }

  /**
   * Records that the caller has just given their password again.
   *
   * @returns false if the session has ended
   * @throws StoreUnavailableError
   */
  reauthenticate(principal: Principal): Promise<boolean> {
    return this.#edge.layer.reauthenticate(principal, this.#session.client);
  }

  /**
   * Returns the id of this request's device if that user has signed in from it before; else `null`.
   * It does not authenticate the caller.
   */
  readonly deviceOf = (username: string): string | null =>
    deviceOf(this.#edge, this.#transfer.credentials, username, this.#now);
}
