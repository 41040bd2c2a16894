import { createBrowser } from '@latchkey/core/testing';
import { clock, createApp } from './server';

/** Signs in, outlives the access token, is refreshed within the request, and signs out. */
export async function walk(): Promise<string> {
  const { app, layer } = await createApp();
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const browser = createBrowser({ origin: `http://localhost:${port}`, clock });
    const signIn = { email: 'ada@example.org', password: 'right' };
    const unverified = { email: 'new@example.org', password: 'right' };
    const statuses = [
      (await browser.request('/trpc/mine')).status,
      (await browser.post('/trpc/auth.login', unverified)).status,
      (await browser.post('/trpc/auth.login', signIn)).status,
    ];
    const before = browser.cookies().get('__Host-X-Refresh-Token');
    clock.advance(layer.options.accessTokenSeconds);
    const { status, body } = await browser.request('/trpc/mine');
    const isRotated = browser.cookies().get('__Host-X-Refresh-Token') !== before;
    await browser.post('/trpc/auth.logout');
    const isOut = (await browser.request('/trpc/mine')).status === 401;
    return [...statuses, status, body, isRotated && 'rotated', isOut && 'signed out'].join(' ');
  } finally {
    server.close();
    server.closeAllConnections();
    await layer.close();
  }
}
