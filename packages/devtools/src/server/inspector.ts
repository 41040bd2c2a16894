import type { KeyRing, OnEvent, SessionLayer } from '@latchkey/core';
import { refuseUnknownOptions } from '@latchkey/core';
import {
  type CookieOptionsInput,
  clearingAccessCookie,
  cookieNames,
  type Middleware,
  parseCookieOptions,
  sessionOf,
} from '@latchkey/http';
import { refuse, requirePrincipal } from '@latchkey/trpc';
import { streamsOf } from '@latchkey/trpc/streams';
import {
  INSPECTOR_PATH,
  type InspectorEnd,
  TRIAL_HEADER,
  type TrialEvents,
} from '../inspector-event.ts';
import type { AgeableStore } from './ageable-store.ts';
import { eventStream } from './event-stream.ts';
import { heldToken } from './held-token.ts';
import { refuseProduction } from './refuse-production.ts';
import { createRequests } from './requests.ts';
import { type Route, type Routes, routeOf, sendJson } from './routes.ts';
import { factOf, factOfRefresh, partyOf, sessionFacts, thiefAt } from './session-facts.ts';
import { passing, settleNow } from './settle.ts';
import { createThefts } from './theft.ts';
import { watchedLayer } from './watched-layer.ts';

/** How long the answer to a request of a race is held. */
const HOLD_SECONDS = 0.5;

/** The options of {@link createInspector}. */
export interface InspectorOptions {
  /** The app's session layer. */
  readonly layer: SessionLayer;
  /** The key ring of the layer, to read the refresh token that the simulated thief copies. */
  readonly ring: Pick<KeyRing, 'macVerifying'>;
  /** The cookie options that `latchkey` gets. */
  readonly cookies?: CookieOptionsInput;
  /**
   * The store of the layer, to skip waiting times of a session; without it, nothing can be skipped.
   */
  readonly store?: Pick<AgeableStore, 'age' | 'agedBy'> | null;
  /**
   * The path of the inspector's routes; by default `/__inspector`. Begins with a slash and ends
   * without one. Give the same path to the panel.
   */
  readonly path?: string;
  /**
   * Asked at each request to a route of the inspector. If false, the request is passed on, as if
   * there were no inspector.
   */
  readonly isEnabled?: () => boolean | Promise<boolean>;
  /**
   * Explains why a session ended; null if unknown. By default the reason in the session's last
   * event.
   */
  readonly explainEnd?: (sessionId: string) => Promise<InspectorEnd | null>;
}

/** The server's part of the inspector. For development only. */
export interface Inspector {
  /**
   * The given session layer, which also records the results of its refreshes. Give it to
   * `latchkey`.
   */
  readonly layer: SessionLayer;
  /** Records an event of the session layer. Give it to `createSessionLayer`. */
  readonly onEvent: OnEvent;
  /**
   * Creates the middleware with the inspector's routes, which also records to which trial a request
   * belongs. Mount it before every handler that may refresh a session, under no path.
   *
   * @param session authenticates the requests to the routes: `latchkey` of `@latchkey/trpc` with
   *   this inspector's layer
   */
  middleware(session: Middleware): Middleware;
}

/**
 * Creates the server's part of the inspector: it lets a browser watch its own session, and run
 * trials on it.
 *
 * @throws Error if `NODE_ENV` is `production`, or `path` has another form
 * @example
 * import { createSessionLayer, type LayerEvent } from '@latchkey/core';
 * import { createInspector } from '@latchkey/devtools/server';
 * import { latchkey } from '@latchkey/trpc';
 *
 * const onEvent = (event: LayerEvent): void => inspector.onEvent(event);
 * const plain = createSessionLayer({ ring, store, users, clock, onEvent });
 * const inspector = createInspector({ layer: plain, ring }); // in development only
 * const session = latchkey({ layer: inspector.layer });
 * app.use(inspector.middleware(session), session);
 */
export function createInspector({
  layer: unwatched,
  ring,
  cookies: cookieOptions,
  store = null,
  path = INSPECTOR_PATH,
  isEnabled = () => true,
  explainEnd,
  ...others
}: InspectorOptions): Inspector {
  refuseUnknownOptions(others);
  refuseProduction('createInspector', 'The inspector plays a token thief on request');
  if (!/^\/.*[^/]$/.test(path))
    throw new Error(
      `createInspector: path is "${path}". Begin it with a slash and end it without one.`,
    );
  const cookies = parseCookieOptions(cookieOptions);
  const names = cookieNames(cookies);
  const requests = createRequests(unwatched.clock, (...answer) => facts.noteAnswer(...answer));
  const facts = sessionFacts(unwatched.clock, requests.current);
  const currentTrial = () => requests.current()?.trial ?? null;

  const layer = watchedLayer(unwatched, (outcome, client) => {
    const { sessionId } = outcome.kind === 'refreshed' ? outcome.grant : outcome;
    if (sessionId !== null) facts.note(sessionId, factOfRefresh(outcome, partyOf(client)));
  });

  /**
   * Answers with the events of a trial. Each event of a request is recorded before its response, so
   * a trial is complete once its requests are answered. Requests of the trial itself are held a
   * moment, so that none of them is sent with the cookies of another's answer.
   */
  const eventsOfTrial: Route = async (request, response, trial) => {
    const { sessionId } = requirePrincipal(sessionOf(request));
    if (currentTrial() !== null) await passing(layer.clock, HOLD_SECONDS);
    sendJson(response, 200, eventsOf(sessionId, trialIn(trial)));
  };

  function eventsOf(sessionId: string, trial: number | null): TrialEvents {
    return {
      events: trial === null ? [] : facts.of(sessionId).filter((event) => event.trial === trial),
    };
  }

  /** Clears the browser's access token, unless this answer sets a new one. */
  const dropAccessToken: Route = (request, response) => {
    const session = sessionOf(request);
    const { sessionId } = requirePrincipal(session);
    const dropped = session.refreshed === null;
    if (dropped) {
      response.appendHeader('set-cookie', clearingAccessCookie(cookies));
      facts.note(sessionId, { kind: 'dropped' });
    }
    sendJson(response, 200, { dropped, ...eventsOf(sessionId, currentTrial()) });
  };

  const thefts = createThefts({ layer, facts, store });

  const beginTheft: Route = (request, response) => {
    const session = sessionOf(request);
    const { sessionId } = requirePrincipal(session);
    const token = heldToken({ ring, names }, request.headers.cookie, sessionId);
    if (!token) throw refuse('invalid_input', { message: 'There is no refresh cookie to copy.' });
    if (thefts.isRunning(sessionId))
      throw refuse('conflict', { message: 'A theft of this session is already running.' });
    const { registry: streams } = streamsOf(session);
    facts.note(sessionId, { kind: 'copied', generation: token.generation });
    requests.outside(() => void thefts.play(token, thiefAt(session.client), streams));
    sendJson(response, 202, eventsOf(sessionId, currentTrial()));
  };

  /** Skips the thief's present waiting time. */
  const skipWait: Route = (request, response) => {
    const { sessionId } = requirePrincipal(sessionOf(request));
    if (!thefts.skipWait(sessionId))
      throw refuse('conflict', { message: 'The thief does not wait at present.' });
    sendJson(response, 200, eventsOf(sessionId, currentTrial()));
  };

  /** Lets the refresh token rotate at its next presentation. */
  const settle =
    (aged: Pick<AgeableStore, 'age'>): Route =>
    async (request, response) => {
      const principal = requirePrincipal(sessionOf(request));
      if (thefts.isRunning(principal.sessionId))
        throw refuse('conflict', { message: 'A theft of this session is running.' });
      await settleNow({ layer, store: aged, facts }, principal);
      sendJson(response, 200, eventsOf(principal.sessionId, currentTrial()));
    };

  const isOn = async () => isEnabled();

  const routes: Routes = {
    'GET events': eventStream({ layer, facts, canSkip: store !== null, explainEnd }),
    'GET trials/:': eventsOfTrial,
    'POST expire': dropAccessToken,
    'POST theft': beginTheft,
    ...(store && { 'POST skip': skipWait, 'POST settle': settle(store) }),
  };

  return {
    layer,
    onEvent(event) {
      const fact = factOf(event);
      if (fact && 'sessionId' in event) facts.note(event.sessionId, fact);
    },
    middleware: (session) => (request, response, next) => {
      const route = routeOf(routes, path, request);
      const answer = (isRoute: boolean) => {
        if (!isRoute || !route) return next();
        session(request, response, (error) =>
          error === undefined ? route(request, response, next) : next(error),
        );
      };
      const pass = () => (route ? void isOn().then(answer, next) : next());
      requests.run(request, response, trialIn(request.headers[TRIAL_HEADER]), pass);
    },
  };
}

/**
 * Parses the number of a trial.
 *
 * @returns null if it is malformed
 */
function trialIn(text: string | string[] | undefined): number | null {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
