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
   * How long the old session is kept once its browser has shown that it holds the new one: for
   * requests that were under way. For as long, a deployment of step 1 can be taken back without
   * signing anyone out.
   */
  readonly keepOldSeconds: number;
}

export interface Bridge {
  /** After `latchkey({ layer })`, before whatever asks who is calling. */
  readonly cross: RequestHandler;
  /**
   * For the audit log's `append`: whatever ends a session here ends the old one from which it came,
   * and so it cannot be crossed with again.
   */
  follow(events: readonly SecurityEvent[]): Promise<void>;
}

/**
 * Takes people over from what signed them in before: a request with an old session and no cookie of
 * Latchkey's is given a session in the same request. Whatever ends one of the two ends the other.
 */
export function bridge({ layer, old, bridged, keepOldSeconds }: BridgeOptions): Bridge {
  const now = () => layer.clock.now();
  /**
   * For a grace: of the requests that a browser sends at once, the first starts a session and the
   * others share it. Other nodes start their own.
   */
  const crossings = new Map<string, { readonly at: number; readonly grant: Promise<Grant> }>();

  /** One session for each old one at a time, on this node. */
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

  /** The old session is over, and all that came of it but one. */
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

  /** Came with an old session alone. */
  async function enter(
    { id: oldId, resolveUser }: OldSession,
    session: RequestSession,
    response: Response,
  ): Promise<void> {
    const standing = await bridged.standing(oldId, now() - keepOldSeconds * 1000);
    if (standing !== 'open') {
      /**
       * Either the browser has moved on and this is a thief with a copy, or this is the browser and
       * a thief was here before. The server cannot tell which.
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

  /** Came with a session of ours, and an old one beside it. */
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
 * A link from elsewhere brings the old cookie, which is Lax, and none of ours, which are Strict:
 * that says nothing of what the browser holds.
 */
function isOfOurPages(request: Request): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
