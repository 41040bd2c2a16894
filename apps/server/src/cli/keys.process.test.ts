import type { Browser } from '@latchkey/core/testing';
import { parseKeySet } from '@latchkey/keys';
import { afterEach, describe, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import { startNodes, type TestNodes } from '../testing/start-nodes.ts';

const { database } = processFixture();
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 7').toString('base64url');

let server: TestNodes | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const cli = (words: string, variables: Record<string, string> = {}) =>
  commandLine(
    words,
    { ...database(), LATCHKEY_SECRET, ...variables },
    server && { clock: server.clock },
  );
const kidOf = (browser: Browser) => {
  const [header = ''] = browser.cookies().get('X-Access-Token')?.split('.') ?? [];
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
};

describe('the keys commands', () => {
  it('the keys commands list, rotate, remove and generate keys', async () => {
    server = await startNodes(1, { ...database(), LATCHKEY_SECRET, KEY_ROTATION_SECONDS: '60' });
    const browser = server.browser();
    await signIn(browser);
    const kid = kidOf(browser);
    const list = await cli('keys list');
    expect(list.out.split('\n')[0]).toMatch(
      /^KID +PURPOSE +ALGORITHM +STATUS +SIGNS FROM +RETIRED +VERIFIES UNTIL$/,
    );
    expect(list.out).toMatch(
      new RegExp(`^${kid} +access-token +HS256 +current +\\S+Z +- +-$`, 'm'),
    );
    expect((await cli('keys rotate')).out).toMatch(/\(HS256\) is created: it signs from \S+Z\.$/);
    expect((await cli('keys rotate')).out).toMatch(
      /\(HS256\) exists already: it signs from \S+Z\.$/,
    );
    expect(await cli(`keys remove ${kid}`)).toMatchObject({
      code: 0,
      out: `${kid} is revoked. Every node stops accepting it within 10 seconds.`,
    });
    expect(await cli(`keys remove ${kid}`)).toMatchObject({
      code: 1,
      err: 'There is no key with this id, or it has already been revoked.',
    });
    await server.pass(10);
    expect((await browser.request('/dashboard')).status).toBe(200);
    expect(kidOf(browser)).not.toBe(kid);
    for (const algorithm of ['HS256', 'RS256', 'ES256']) {
      const jwk = (await cli(`keys generate --algorithm ${algorithm}`)).out;
      expect(parseKeySet(`{"keys":[${jwk}]}`)).toMatchObject([
        { algorithm, purpose: 'access-token' },
      ]);
    }
    expect(await cli('keys generate --algorithm none')).toMatchObject({
      code: 2,
      err: 'algorithm is "none": use one of HS256, RS256, ES256.',
    });
    expect(await cli('keys rotate --purpose cookies')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^purpose is "cookies": use one of/),
    });
  });

  it('the keys commands name the key source when keys are not in the database', async () => {
    expect(await cli('keys rotate', { KEY_SOURCE: 'environment' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The keys are not in the database/),
    });
  });
});
