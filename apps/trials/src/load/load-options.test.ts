import { expect, it } from 'vitest';
import { parseLoadOptions } from './load-options.ts';

it('the load trial runs on both stores with the sizes of the command line', () => {
  expect(parseLoadOptions(['--seed', '7'], 20_000)).toEqual({
    stores: ['sqlite', 'postgres'],
    sessions: 1_000_000,
    signIns: 10_000,
    aborted: 50_000,
    streams: 5_000,
    revoked: 500,
    seed: 7,
  });
  expect(parseLoadOptions(['--store', 'postgres', '--sessions', '10000000'], 20_000)).toMatchObject(
    {
      stores: ['postgres'],
      sessions: 10_000_000,
    },
  );
});

it.each([
  [['--store', 'redis'], 20_000, /--store is redis: use sqlite or postgres/],
  [['--aborted', 'many'], 20_000, /--aborted is many: use a whole number above 0/],
  [['--streams', '0'], 20_000, /--streams is 0: use a whole number above 0/],
  [['--sign-ins', '100'], 20_000, /--streams is 5000: it must be at most --sign-ins \(100\)/],
  [['--revoked', '6000'], 20_000, /--revoked is 6000: it must be at most --streams \(5000\)/],
  [
    [],
    10_999,
    /a process may open 10999 files here. Run "ulimit -n 11000" first, or use --sign-ins 9999/,
  ],
  [['--fast'], 20_000, /--fast[\s\S]*Usage: npm run trials -- load/],
])('the load trial refuses the options %j with %d open files', (args, openFiles, fault) => {
  expect(parseLoadOptions(args, openFiles)).toEqual({ fault: expect.stringMatching(fault) });
});
