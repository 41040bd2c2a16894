import { AsyncLocalStorage } from 'node:async_hooks';
import { parseRefreshToken, type SessionLayer, settleSeconds } from '@latchkey/core';
import {
  clearingAccessCookie,
  cookieNames,
  parseCookieOptions,
  readCookies,
  sessionOf,
} from '@latchkey/http';
import { refuse, requirePrincipal } from '@latchkey/trpc';
import { type Request, type RequestHandler, Router } from 'express';
import type { Env } from '../../config/env.ts';
import type { Services } from '../../services/services.ts';
import { hasDemoAccounts } from '../accounts/demo-accounts.ts';
import { eventStream } from './event-stream.ts';
import type { TrialEvents, TrialHeader } from './inspector-event.ts';
import { factOf, factOfRefresh, partyOf, sessionFacts, thiefAt } from './session-facts.ts';
import { playThief } from './theft.ts';

/**
 * For development only: lets a browser watch its own session, and run trials on it. Never create
 * one in production.
 */
export interface Inspector {
  /** The same layer; the results of its refreshes are recorded. */
  readonly layer: SessionLayer;
  /**
   * Records which trial a request is part of. Mount it before any handler that may refresh a
   * session.
   */
  readonly recordTrial: RequestHandler;
  /** The routes for `/__inspector`, which exist only with the demo accounts. */
  routes(session: RequestHandler): Router;
}

export function createInspector(services: Services, env: Pick<Env, 'cookies'>): Inspector {
  const { clock, store, streams, keys, trail, receipts, users } = services;
  const cookies = parseCookieOptions(env.cookies);
  const names = cookieNames(cookies);
  const trials = new AsyncLocalStorage<number>();
  const currentTrial = () => trials.getStore() ?? null;
  const facts = sessionFacts(clock, currentTrial);
  const layer = watched(services.layer);
  const stolenFrom = new Set<string>();

  trail.listen((event) => {
    const fact = factOf(event);
    if (fact && 'sessionId' in event && event.sessionId !== null) facts.note(event.sessionId, fact);
  });

  function watched(unwatched: SessionLayer): SessionLayer {
    return {
      ...unwatched,
      async refresh(credentials, client) {
        const outcome = await unwatched.refresh(credentials, client);
        const sessionId =
          outcome.kind === 'refreshed' ? outcome.grant.sessionId : outcome.sessionId;
        if (sessionId !== null) facts.note(sessionId, factOfRefresh(outcome, partyOf(client)));
        return outcome;
      },
    };
  }

  const recordTrial: RequestHandler = (req, _res, next) => {
    const trial = trialIn(req.get(TRIAL_HEADER));
    if (trial === null) next();
    else trials.run(trial, next);
  };

  /**
   * Each event of a request is recorded before its response, so a trial is complete once its
   * requests are answered.
   */
  const eventsOfTrial: RequestHandler<{ trial: string }> = (req, res) => {
    const { sessionId } = requirePrincipal(sessionOf(req));
    res.json(eventsOf(sessionId, trialIn(req.params.trial)));
  };

  function eventsOf(sessionId: string, trial: number | null): TrialEvents {
    return {
      events: trial === null ? [] : facts.of(sessionId).filter((event) => event.trial === trial),
    };
  }

  const onlyWithDemoAccounts: RequestHandler = async (_req, _res, next) =>
    next((await hasDemoAccounts(users)) ? undefined : 'router');

  /** Clears the browser's access token, unless this answer sets a new one. */
  const dropAccessToken: RequestHandler = (req, res) => {
    const session = sessionOf(req);
    const { sessionId } = requirePrincipal(session);
    const dropped = session.refreshed === null;
    if (dropped) {
      res.appendHeader('set-cookie', clearingAccessCookie(cookies));
      facts.note(sessionId, { kind: 'dropped' });
    }
    res.json({ dropped, ...eventsOf(sessionId, currentTrial()) });
  };

  const beginTheft: RequestHandler = (req, res) => {
    const session = sessionOf(req);
    const { sessionId } = requirePrincipal(session);
    const [username] = readCookies(req.headers.cookie, names.username);
    const held = heldToken(req, sessionId);
    if (!held || username === undefined)
      throw refuse('invalid_input', { message: 'There is no refresh cookie to copy.' });
    if (stolenFrom.has(sessionId))
      throw refuse('conflict', { message: 'A theft of this session is already running.' });
    stolenFrom.add(sessionId);
    const stolen = { sessionId, username, ...held };
    playThief({ layer, clock, store, streams, facts }, stolen, thiefAt(session.client))
      .catch(() => {})
      .finally(() => stolenFrom.delete(sessionId));
    res.status(202).json(eventsOf(sessionId, currentTrial()));
  };

  /** The newest token of this session, if there are several. */
  function heldToken(req: Request, sessionId: string) {
    const usernames = readCookies(req.headers.cookie, names.username);
    return readCookies(req.headers.cookie, names.refreshToken)
      .flatMap((refreshToken) => {
        const token = parseRefreshToken(keys.ring, refreshToken, usernames);
        return token?.sessionId === sessionId
          ? [{ refreshToken, generation: token.generation }]
          : [];
      })
      .toSorted((a, b) => b.generation - a.generation)[0];
  }

  return {
    layer,
    recordTrial,
    routes(session) {
      const { graceSeconds } = layer.options;
      const terms = { graceSeconds, settleSeconds: settleSeconds(graceSeconds) };
      const router = Router();
      router.use(onlyWithDemoAccounts, session);
      router.get('/trials/:trial', eventsOfTrial);
      router.get('/events', eventStream({ clock, facts, receipts, terms }));
      router.post('/expire', dropAccessToken);
      router.post('/theft', beginTheft);
      return router;
    },
  };
}

const TRIAL_HEADER: TrialHeader = 'x-inspector-trial';

/** @returns null for a malformed number */
function trialIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
