import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';

const METRICS_TOKEN = 'a-token-for-prometheus';
const asked = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const scrape = async ({ origin }: TestServer) =>
  (await fetch(`${origin}/metrics`, asked(METRICS_TOKEN))).text();

/** Returns the names and labels of all series, without their values. */
const seriesIn = (page: string) =>
  page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ [^ ]+$/, ''));
const figureOf = (page: string, series: string) =>
  Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')
      .at(-1) ?? 0,
  );

describe('metrics', () => {
  let app: TestServer;
  beforeAll(async () => {
    app = await startApp({ session: { accessTokenSeconds: 60 }, variables: { METRICS_TOKEN } });
  });
  afterAll(() => app.close());

  /**
   * Sends every kind of request that a caller can invent, with paths, methods, names and headers
   * that no request has used before.
   */
  async function oddRequests(round: string): Promise<void> {
    const browser = app.browser(`agent-${round}`);
    await browser.post('/login', { username: `user-${round}`, password: `password-${round}` });
    await browser.post('/login', { username: 'bob', password: `password-${round}` });
    await browser.post('/login', { username: 'bob', password: 'password' });
    await browser.request('/dashboard');
    app.clock.advance(61);
    await browser.request(`/dashboard?query=${round}`);
    await browser.request('/admin-only');
    await browser.request(`/no/such/page-${round}`);
    await browser.request(`/trpc/no.such.procedure-${round}`);
    await browser.post('/logout');
    for (const method of ['GET', 'PUT', 'PROPFIND', 'DELETE'])
      await fetch(`${app.origin}/${round}`, { method });
    await fetch(`${app.origin}/dashboard`, {
      headers: {
        authorization: `Bearer ${round}`,
        cookie: `X-Refresh-Token=${round}; X-Username=${round}`,
      },
    });
    await fetch(`${app.origin}/login`, {
      method: 'POST',
      body: `{"${round}`,
      headers: { 'content-type': 'application/json' },
    });
    await pause(20);
  }

  it('metrics count events by outcome and reason', async () => {
    const before = await scrape(app);
    await oddRequests('first');
    const after = await scrape(app);
    const rise = (series: string) => figureOf(after, series) - figureOf(before, series);
    expect({
      success: rise('latchkey_sign_ins_total{outcome="success"}'),
      unknown: rise('latchkey_sign_ins_total{outcome="unknown_user"}'),
      wrong: rise('latchkey_sign_ins_total{outcome="wrong_password"}'),
      rotated: rise('latchkey_refresh_duration_seconds_count{decision="rotate"}'),
      refreshed: rise('latchkey_decisions_total{outcome="refreshed",reason="none"}'),
      signedOut: rise('latchkey_sessions_ended_total{reason="signed_out"}'),
      lost: rise(
        'latchkey_http_request_duration_seconds_count{method="GET",route="/trpc",status="4xx"}',
      ),
      other: rise(
        'latchkey_http_request_duration_seconds_count{method="other",route="other",status="4xx"}',
      ),
    }).toEqual({
      success: 1,
      unknown: 1,
      wrong: 1,
      rotated: 1,
      refreshed: 1,
      signedOut: 1,
      lost: 1,
      other: 1,
    });
    await app.clock.pass(0.5);
    expect(figureOf(await scrape(app), 'latchkey_feed_confirmed')).toBe(1);
    expect(figureOf(await scrape(app), 'latchkey_feed_lag_seconds_count')).toBeGreaterThan(0);
  });

  it('the number of metric series is bounded, and labels repeat nothing from requests', async () => {
    await oddRequests('second');
    const ours = (page: string) =>
      seriesIn(page)
        .filter((series) => series.startsWith('latchkey_'))
        .sort();
    const before = ours(await scrape(app));
    for (const round of ['canary-1', 'canary-2', 'canary-3']) await oddRequests(round);
    const page = await scrape(app);
    expect(ours(page)).toEqual(before);
    expect(page).not.toMatch(/canary|password-|user-|agent-/);
  });

  it('the metric of live sessions is at most 15 seconds old', async () => {
    app.clock.advance(15);
    const before = figureOf(await scrape(app), 'latchkey_sessions_live');
    await app.browser().post('/login', { username: 'bob', password: 'password' });
    expect(figureOf(await scrape(app), 'latchkey_sessions_live')).toBe(before);
    app.clock.advance(15);
    expect(figureOf(await scrape(app), 'latchkey_sessions_live')).toBe(before + 1);
  });

  it.each([
    ['no token', {}, 401],
    ['another token', asked('a-token-for-prometheuz'), 401],
    ['half of the token', asked(METRICS_TOKEN.slice(0, 10)), 401],
    ['the token', asked(METRICS_TOKEN), 200],
  ])('METRICS_TOKEN admits only requests that send it: %s', async (_name, request, status) => {
    expect((await fetch(`${app.origin}/metrics`, request)).status).toBe(status);
  });

  it('the dashboard and the alerts query metrics that exist', async () => {
    const page = await scrape(app);
    const dashboard = JSON.parse(
      readFileSync(new URL('../../../grafana/dashboard.json', import.meta.url), 'utf8'),
    ) as {
      panels: { targets: { expr: string }[] }[];
    };
    const alerts = readFileSync(new URL('../../../grafana/alerts.yaml', import.meta.url), 'utf8');
    const queries = [
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...[...alerts.matchAll(/expr: ['"](.*)['"]$/gm)].map(([, expr = '']) => expr),
    ];
    expect(queries.length).toBe(23);
    const labels = new Map<string, Set<string>>();
    for (const series of seriesIn(page)) {
      const [, name = '', list = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series) ?? [];
      for (const [, label = ''] of list.matchAll(/(\w+)="/g))
        labels.set(name, (labels.get(name) ?? new Set()).add(label));
      if (!labels.has(name)) labels.set(name, new Set());
    }
    for (const query of queries) {
      const names = [...query.matchAll(/\b(?:latchkey|nodejs|process)_\w+/g)].map(([name]) => name);
      expect(names.length, query).toBeGreaterThan(0);
      expect(
        names.filter((name) => !labels.has(name)),
        query,
      ).toEqual([]);
      const used = [
        ...[...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */)),
        ...[...query.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
      ];
      for (const label of used)
        expect(
          names.every((name) => labels.get(name)?.has(label)),
          `${label} in ${query}`,
        ).toBe(true);
    }
  });
});

it.each([
  ['development', false, 200],
  ['production', true, 404],
])(
  'without METRICS_TOKEN, /metrics is open in development and closed in production: %s',
  async (_name, httpsOnly, status) => {
    const app = await startApp({ httpsOnly, trustProxy: 1 });
    try {
      expect(
        (await fetch(`${app.origin}/metrics`, { headers: { 'x-forwarded-proto': 'https' } }))
          .status,
      ).toBe(status);
    } finally {
      await app.close();
    }
  },
);
