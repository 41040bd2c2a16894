import { walk } from './main';

// The globals of Jest, or of Vitest with `globals`.
declare const test: (name: string, run: () => Promise<void>) => void;
declare const expect: (value: unknown) => { toBe(expected: unknown): void };

test('signs in, is refreshed within a request, and signs out', async () => {
  expect(await walk()).toBe('401 403 200 200 {"result":{"data":"ada"}} rotated signed out');
});
