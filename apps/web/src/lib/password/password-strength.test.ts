import { expect, it } from 'vitest';
import { estimatePassword } from './password-strength.ts';

it.each([
  ['passwordpassword', 'Easy to guess', /Repeated|common/],
  ['aaaaaaaaaaaaaaaaaaaa', 'Easy to guess', /Repeated/],
  ['qwertyuiopasdfghjkl', 'Easy to guess', /keys|Keyboard|common/],
  ['carol-the-great', 'Easy to guess', /Your own name|less common/],
  ['xK9#vQ2!pL', 'Too short', /15 characters/],
  ['lantern otter seventeen brick', 'Strong', /^$/],
])('the strength meter rates the password %s as %s', async (password, word, advice) => {
  expect(await estimatePassword(password, 'carol-the-great')).toMatchObject({
    word,
    advice: expect.stringMatching(advice),
  });
});

it('the strength meter counts code points, not UTF-16 code units', async () => {
  expect((await estimatePassword('🦦🧱🪔🎲🦉🛰🪗', ''))?.word).toBe('Too short');
});

it('the strength meter does not rate an empty password', async () => {
  expect(await estimatePassword('', 'carol')).toBeNull();
});
