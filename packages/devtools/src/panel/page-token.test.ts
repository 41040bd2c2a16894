import type { SessionAnswer } from '@latchkey/react';
import { expect, it } from 'vitest';
import { eventOf, refreshedOf } from '../testing/events.ts';
import { tokenAfterEvents, withoutAccessToken } from './page-token.ts';

it('F6: the token counts as dropped until the browser, and not the thief, gets another one', () => {
  const dropped = eventOf({ kind: 'dropped' });
  expect(tokenAfterEvents([])).toBe('held');
  expect(tokenAfterEvents([refreshedOf(1), dropped])).toBe('dropped');
  expect(tokenAfterEvents([dropped, refreshedOf(2, 'rotate', 'thief')])).toBe('dropped');
  expect(tokenAfterEvents([dropped, refreshedOf(2)])).toBe('held');
});

it('F6: the answer that the page is told has no access token, and claims no refresh', () => {
  const answer = { accessTokenSecondsLeft: 57, refreshed: 'rotate' } as SessionAnswer;
  expect(withoutAccessToken(answer)).toEqual({ accessTokenSecondsLeft: null, refreshed: null });
});
