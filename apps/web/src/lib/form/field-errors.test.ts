import { TRPCClientError } from '@trpc/client';
import { expect, it } from 'vitest';
import { fieldErrors } from './field-errors.ts';

const answered = (message: string, reason = 'invalid_input') =>
  TRPCClientError.from({
    error: { code: -32600, message, data: { httpStatus: 400, reason } },
  } as never);
const FIELDS = {
  currentPassword: 'currentPassword',
  newPassword: 'newPassword',
  password: 'newPassword',
  username: 'username',
} as const;

it.each([
  ['currentPassword: is not your password.', { currentPassword: 'This is not your password.' }],
  [
    'newPassword: must be at least 15 characters: four words that do not belong together will do',
    {
      newPassword:
        'This must be at least 15 characters: four words that do not belong together will do.',
    },
  ],
  [
    'password: is easy to guess. Take four words.',
    { newPassword: 'This is easy to guess. Take four words.' },
  ],
  [
    'username: bob is taken. Choose another one.',
    { username: 'bob is taken. Choose another one.' },
  ],
  [
    'username: must be 2 to 64 letters, digits or . _ @ + -, and begin with a letter or digit; password: holds an incomplete character: type it again; password: must be at most 1024 characters',
    {
      username:
        'This must be 2 to 64 letters, digits or . _ @ + -, and begin with a letter or digit.',
      newPassword: 'This holds an incomplete character: type it again.',
    },
  ],
])('fieldErrors returns the first fault of each field: %s', (message, expected) => {
  expect(fieldErrors(answered(message), FIELDS)).toEqual(expected);
});

it.each([
  ['a refusal without a field', answered('Sign-up is closed here.', 'sign_up_closed')],
  ['a field that is not in the form', answered('constructor: is odd')],
  ['no answer', TRPCClientError.from(new TypeError('password: is broken'))],
  ['an error in the page', new Error('password: is broken')],
])('fieldErrors returns no field error for %s', (_what, error) => {
  expect(fieldErrors(error, FIELDS)).toEqual({});
});
