import { expect, it } from 'vitest';
import { parseBenchOptions } from './options.ts';

it('chooses one measurement by its flag', () => {
  expect(parseBenchOptions([])).toMatchObject({ what: 'ratios' });
  expect(parseBenchOptions(['--scale', '--sessions', '5000'])).toMatchObject({
    what: 'scale',
    sessions: 5_000,
  });
  expect(parseBenchOptions(['--partitions', '--rows', '20000'])).toMatchObject({
    what: 'partitions',
    rows: 20_000,
  });
  expect(parseBenchOptions(['--sizing'])).toMatchObject({ what: 'sizing' });
  expect(parseBenchOptions(['--peers', '--rounds', '3'])).toMatchObject({
    what: 'peers',
    rounds: 3,
  });
});

it.each([
  [['--scale', '--revocation'], /One measurement at a time/],
  [['--sessions', '5000'], /--sessions belongs to --scale/],
  [['--scale', '--sessions', 'many'], /a whole number from 1000 to 1000000, not "many"/],
  [['--rows', '20000'], /--rows belongs to --partitions/],
  [['--partitions', '--rows', '9999'], /a whole number from 10000 to 20000000, not "9999"/],
  [['--partitions', '--rows', '20000001'], /a whole number from 10000 to 20000000, not "20000001"/],
  [['--scale', '--peers'], /One measurement at a time/],
  [['--rounds', '3'], /--rounds belongs to --peers/],
  [['--peers', '--rounds', '0'], /a whole number from 1 to 1000, not "0"/],
  [['--fast'], /--fast[\s\S]*Usage: npm run bench/],
])('refuses %j and names the option', (args, fault) => {
  expect(parseBenchOptions(args)).toEqual({ fault: expect.stringMatching(fault) });
});
