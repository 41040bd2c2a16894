import {
  type LayerEvent,
  type RefreshOutcome,
  type RevocationFeed,
  type SessionLayer,
  StoreUnavailableError,
} from '@latchkey/core';
import type { AuthenticationDecision } from '@latchkey/http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AccountEvent } from '../audit/account-event.ts';
import { LIMIT_KINDS } from '../limits/limits.ts';
import { withRefresh } from './with-refresh.ts';

/** The kinds of limits that a refused request can exceed. */
const HELD_BACK_KINDS = [...LIMIT_KINDS, 'streams', 'back_pressure'] as const;
export type HeldBackKind = (typeof HELD_BACK_KINDS)[number];

const SIGN_IN_OUTCOMES = [
  'success',
  'unknown_user',
  'wrong_password',
  'user_disabled',
  'one_time_password_spent',
] as const;

/**
 * The metrics of one node. Every label has a closed set of values: no input of a caller becomes
 * one.
 */
export interface Metrics {
  readonly registry: Registry;
  /** Counts a decision of the request path. */
  onDecision(decision: AuthenticationDecision): void;
  /** Counts an event of the audit trail. */
  onEvent(event: LayerEvent | AccountEvent): void;
  limited(kind: HeldBackKind): void;
  observeRequest(
    labels: { readonly method: string; readonly route: string; readonly status: string },
    seconds: number,
  ): void;
  /** Wraps a session layer so that its refreshes are timed. */
  timed(layer: SessionLayer): SessionLayer;
  /** Wraps a revocation feed so that its notices are timed. */
  timedFeed(feed: RevocationFeed, now: () => number): RevocationFeed;
  /** Registers a gauge that is read at each scrape; `null` while its value is unknown. */
  gauge(name: string, help: string, read: () => number | null | Promise<number | null>): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const decisions = new Counter({
    name: 'latchkey_decisions_total',
    help: 'Requests by the outcome of their authentication.',
    labelNames: ['outcome', 'reason'],
    registers,
  });
  const refreshes = new Histogram({
    name: 'latchkey_refresh_duration_seconds',
    help: 'Duration of refreshes, store included, by decision.',
    labelNames: ['decision'],
    buckets: SECONDS,
    registers,
  });
  const ended = new Counter({
    name: 'latchkey_sessions_ended_total',
    help: 'Sessions ended by an act, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const signIns = new Counter({
    name: 'latchkey_sign_ins_total',
    help: 'Sign-ins by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const limited = new Counter({
    name: 'latchkey_limited_total',
    help: 'Requests refused by a limit, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const feedLag = new Histogram({
    name: 'latchkey_feed_lag_seconds',
    help: 'Delay from a revocation to its notice on this node.',
    buckets: SECONDS,
    registers,
  });
  const requests = new Histogram({
    name: 'latchkey_http_request_duration_seconds',
    help: 'Requests by method, route and class of status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  for (const outcome of SIGN_IN_OUTCOMES) signIns.inc({ outcome }, 0);
  for (const kind of HELD_BACK_KINDS) limited.inc({ kind }, 0);

  return {
    registry,
    onDecision: ({ authentication, session }) => decisions.inc(labelsOf(authentication, session)),
    onEvent(event) {
      if (event.kind === 'session.issued') signIns.inc({ outcome: 'success' });
      else if (event.kind === 'sign_in.refused') signIns.inc({ outcome: event.reason });
      else if (event.kind === 'session.revoked') ended.inc({ reason: event.reason });
      else if (event.kind === 'session.reuse')
        ended.inc({ reason: 'reuse' }, event.endedSessionIds.length);
    },
    limited: (kind) => limited.inc({ kind }),
    observeRequest: (labels, seconds) => requests.observe(labels, seconds),
    timed: (layer) =>
      withRefresh(layer, async (...request) => {
        const stop = refreshes.startTimer();
        let decision = 'unavailable';
        try {
          const outcome = await layer.refresh(...request);
          decision = decisionOf(outcome);
          return outcome;
        } catch (error) {
          if (!(error instanceof StoreUnavailableError)) decision = 'failed';
          throw error;
        } finally {
          stop({ decision });
        }
      }),
    timedFeed: (feed, now) => ({
      publish: (notices) => feed.publish(notices),
      subscribe(subscriber, seconds) {
        const since = now();
        return feed.subscribe(
          {
            onNotices(notices) {
              for (const { at } of notices)
                if (at >= since) feedLag.observe(Math.max(0, now() - at) / 1000);
              subscriber.onNotices(notices);
            },
            onUpToDate: (at) => subscriber.onUpToDate(at),
          },
          seconds,
        );
      },
    }),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set((await read()) ?? Number.NaN);
        },
      });
    },
  };
}

/** Returns the labels of a decision, with the same words as in the log. */
function labelsOf(
  authentication: AuthenticationDecision['authentication'],
  { outage, refreshed }: AuthenticationDecision['session'],
) {
  if (outage) return { outcome: 'unavailable', reason: 'store_unavailable' };
  if (authentication.kind === 'anonymous')
    return { outcome: 'anonymous', reason: authentication.reason };
  return {
    outcome: refreshed?.kind === 'refreshed' ? 'refreshed' : 'authenticated',
    reason: 'none',
  };
}

/** Returns the label of a refresh: its decision, or that it was refused. */
function decisionOf(outcome: RefreshOutcome): string {
  return outcome.kind === 'refreshed' ? outcome.decision : 'refused';
}
