import type { Grant, RevocationReason, SecurityEvent, SessionLayer } from '@latchkey/core';
import { type RequestSession, sessionOf } from '@latchkey/http';
import type { Request, RequestHandler, Response } from 'express';
import type { BridgedSessions } from './bridged-sessions.ts';
import type { OldCredential, OldSession } from './old-credential.ts';

export interface BridgeOptions {
  readonly layer: SessionLayer;
  readonly old: OldCredential;
  readonly bridged: BridgedSessions;
  /**
   * Seconds for which the old session is kept once its browser has shown that it holds the new one,
   * for requests under way. Within this time a deployment of step 1 can be rolled back without
   * signing users out.
   */
  readonly keepOldSeconds: number;
}

export interface Bridge {
  /**
   * Replaces an old session by a Latchkey session. Mount it after `latchkey({ layer })`, before
   * handlers that read the principal.
   */
  readonly cross: RequestHandler;
  /**
   * Ends the old session from which an ended session came, so that it cannot be moved again. Call
   * it from the audit log's `append`.
   */
  follow(events: readonly SecurityEvent[]): Promise<void>;
}

/**
 * Moves users from their old sign-in: a request with an old session and without Latchkey's cookies
 * gets a Latchkey session in the same request. The end of one of the two sessions ends the other.
 */
export function bridge({ layer, old, bridged, keepOldSeconds }: BridgeOptions): Bridge {
  const now = () => layer.clock.now();
  /**
   * Grants of moved sessions, kept for the grace: of a browser's parallel requests, the first
   * starts a session and the others share it. Other nodes start their own.
   */
  const crossings = new Map<string, { readonly at: number; readonly grant: Promise<Grant> }>();

  /** Starts the move of an old session, or returns the one that is under way on this node. */
  function grantFor(oldId: string, begin: () => Promise<Grant>): Promise<Grant> {
    for (const [id, { at }] of crossings)
      if (now() - at >= layer.options.graceSeconds * 1000) crossings.delete(id);
    const known = crossings.get(oldId);
    if (known) return known.grant;
    const grant = begin();
    crossings.set(oldId, { at: now(), grant });
    grant.catch(() => crossings.delete(oldId));
    return grant;
  }

  /** Ends an old session, and all sessions that came from it except one. */
  async function end(oldId: string, reason: RevocationReason, except?: string): Promise<void> {
    const { sessionIds } = await bridged.end(oldId, now());
    await old.end(oldId);
    await revokeAll(sessionIds, reason, except);
  }

  async function revokeAll(
    sessionIds: readonly string[],
    reason: RevocationReason,
    except?: string,
  ): Promise<void> {
    for (const id of sessionIds) if (id !== except) await layer.revoke(id, reason);
  }

  /** Handles a request with an old session and no Latchkey session. */
  async function enter(
    { id: oldId, resolveUser }: OldSession,
    session: RequestSession,
    response: Response,
  ): Promise<void> {
    const standing = await bridged.standing(oldId, now() - keepOldSeconds * 1000);
    if (standing !== 'open') {
      /**
       * Either the browser has moved and this request is from a thief with a copy, or this is the
       * browser and a thief moved before. The server cannot tell which, and ends both.
       */
      if (standing === 'late') await end(oldId, 'reuse');
      else await old.end(oldId);
      return old.forget(response);
    }
    const user = await resolveUser();
    if (!user || user.disabled) return;
    const grant = await grantFor(oldId, () => layer.issue(user, session.client));
    if (await bridged.add(oldId, grant.sessionId)) session.actions.adopt(grant);
    else await layer.revoke(grant.sessionId, 'signed_out');
  }

  /** Handles a request with both a Latchkey session and an old one. */
  async function leave(oldId: string, sessionId: string, response: Response): Promise<void> {
    const heldAt = await bridged.hold(oldId, sessionId, now());
    if (heldAt !== null && now() - heldAt < keepOldSeconds * 1000) return;
    await end(oldId, 'replaced', sessionId);
    old.forget(response);
  }

  async function cross(request: Request, response: Response): Promise<void> {
    const session = sessionOf(request);
    const held = session.outage || !isOfOurPages(request) ? null : await old.read(request);
    if (!held) return;
    if (session.principal) await leave(held.id, session.principal.sessionId, response);
    else if (
      session.authentication.kind === 'anonymous' &&
      session.authentication.reason === 'no_credentials'
    )
      await enter(held, session, response);
  }

  return {
    cross(request, response, next) {
      cross(request, response).then(() => next(), next);
    },
    async follow(events) {
      for (const event of events) {
        if (event.kind !== 'session.revoked' && event.kind !== 'session.reuse') continue;
        const reason = event.kind === 'session.reuse' ? 'reuse' : event.reason;
        for (const id of event.kind === 'session.reuse'
          ? event.endedSessionIds
          : [event.sessionId]) {
          const over = await bridged.endByNew(id, now());
          if (!over) continue;
          await old.end(over.oldId);
          await revokeAll(over.sessionIds, reason, id);
        }
      }
    },
  };
}

/**
 * Whether a request comes from a page of the same site. A link from another site sends the old
 * cookie, which is Lax, and not Latchkey's, which are Strict: such a request does not show which
 * cookies the browser holds.
 */
function isOfOurPages(request: Request): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
