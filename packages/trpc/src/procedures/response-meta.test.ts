import { crossOriginAccess } from '@latchkey/http';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

describe('responseMeta beside earlier middleware (D9)', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it("keeps the members of Vary on tRPC's responses, on refusals and behind CORS", async () => {
    app = await startTestApp({
      arrange: (authenticate) => [
        (_request, response, next) => {
          response.setHeader('vary', 'Accept-Language');
          response.setHeader('access-control-expose-headers', 'X-Of-The-App');
          next();
        },
        crossOriginAccess(['http://dev.example']),
        authenticate,
      ],
      allowedOrigins: ['http://dev.example'],
    });
    const browser = await app.signedIn();
    for (const headers of [
      { origin: 'http://dev.example' },
      { origin: 'https://evil.example' },
      {},
    ] as Record<string, string>[]) {
      const vary =
        (await browser.request('/trpc/dashboard', { headers })).headers
          .get('vary')
          ?.split(/,\s*/) ?? [];
      expect(vary).toEqual(expect.arrayContaining(['Accept-Language', 'Origin', 'Sec-Fetch-Site']));
      expect(new Set(vary).size).toBe(vary.length);
    }
    const { headers } = await browser.request('/trpc/dashboard', {
      headers: { origin: 'http://dev.example' },
    });
    expect(headers.get('access-control-expose-headers')).toMatch(/^X-Of-The-App, X-Request-Id, /);
  });
});
