import { type HttpApp, type HttpAppOptions, startHttpApp } from './http-app.ts';

export const REFRESH = 'X-Refresh-Token';
export const DASHBOARD = '/dashboard';
/** Options with a grace of 30 s, so that a refresh token settles after 120 s. */
export const options = {
  accessTokenSeconds: 600,
  graceSeconds: 30,
  idleSeconds: 3600,
  maxSeconds: 7200,
};

/** Starts the test app, with the requests that the decisions of docs/protocol.md are about. */
export async function startRotationApp(more?: HttpAppOptions) {
  const app = await startHttpApp({ options, ...more });
  return {
    ...app,
    /**
     * Presents a refresh token and username without an access token, even if a browser would have
     * dropped them as expired.
     */
    present: (cookies: ReadonlyMap<string, string>) => present(app, cookies),
    /**
     * Signs in and rotates once: `previous` holds generation 0, the browser generation 1. Its
     * access token lives for 600 s from here.
     */
    async rotatedOnce() {
      const browser = await app.signedIn();
      const previous = new Map(browser.cookies());
      app.clock.advance(600);
      await browser.request(DASHBOARD);
      return { browser, previous };
    },
  };
}

export type RotationApp = Awaited<ReturnType<typeof startRotationApp>>;

async function present(app: HttpApp, cookies: ReadonlyMap<string, string>) {
  const reply = await fetch(app.origin + DASHBOARD, {
    headers: {
      cookie: `${REFRESH}=${cookies.get(REFRESH)}; X-Username=${cookies.get('X-Username')}`,
    },
  });
  const { authentication, session } = app.decisions.at(-1) ?? {};
  const setCookies = reply.headers.getSetCookie();
  return {
    status: reply.status,
    outcome:
      session?.refreshed?.kind === 'refreshed'
        ? session.refreshed.decision
        : authentication?.kind === 'anonymous'
          ? authentication.reason
          : 'none',
    cookies: setCookies.map((cookie) => cookie.split('=')[0]),
    refreshToken: setCookies.find((cookie) => cookie.startsWith(REFRESH))?.split(/[=;]/)[1],
  };
}
