import { expect, it } from 'vitest';
import { collectFindings } from '../finding.ts';
import { examineExpiry } from './examine-expiry.ts';
import { withDefaults } from './visit-options.ts';
import type { Answer, Visitor } from './visitor.ts';

const ANSWER: Answer = {
  status: 200,
  headers: new Headers(),
  body: '',
  setCookies: ['X-Refresh-Token=2; Path=/'],
};

/** Runs the check of expiry with a fake visitor; returns what happened, in order. */
async function examine(secondsLeft: number) {
  const events: string[] = [];
  const visitor: Visitor = {
    send: async () => {
      events.push('sent');
      return ANSWER;
    },
    post: async () => ANSWER,
    open: async () => new Response(),
    cookieHeader: () => 'X-Refresh-Token=1',
    cookie: () => undefined,
    forget: (ending) => void events.push(`forgot ${ending}`),
  };
  const visited = withDefaults({
    url: new URL('http://localhost'),
    username: '',
    password: '',
    progress: (text) => void events.push(text),
  });
  const sleep = async (milliseconds: number) => void events.push(`slept ${milliseconds} ms`);
  const noted = collectFindings();
  await examineExpiry(visitor, noted, visited, secondsLeft, sleep);
  return { found: noted.found, before: events.slice(0, events.indexOf('sent')) };
}

it('the visit waits one second longer than the access token lives, and says so each second', async () => {
  expect(await examine(1.5)).toEqual({
    found: [],
    before: [
      'the access token expires in 3 s',
      'slept 1000 ms',
      'the access token expires in 2 s',
      'slept 1000 ms',
      'the access token expires in 1 s',
      'slept 1000 ms',
      'forgot X-Access-Token',
    ],
  });
});

it.each([
  [74, 75],
  [75, 76],
  [76, 0],
  [Number.POSITIVE_INFINITY, 0],
])('if the access token lives %i s longer, the visit waits %i s', async (secondsLeft, waits) => {
  const { before } = await examine(secondsLeft);
  expect(before.filter((event) => event.startsWith('slept'))).toHaveLength(waits);
});
