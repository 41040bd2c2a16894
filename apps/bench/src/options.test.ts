import { expect, it } from 'vitest';
import { parseBenchOptions } from './options.ts';

it('a flag of the benchmark chooses its measurement', () => {
  expect(parseBenchOptions([])).toMatchObject({ what: 'ratios' });
  expect(parseBenchOptions(['--scale', '--sessions', '5000'])).toMatchObject({
    what: 'scale',
    sessions: 5_000,
  });
  expect(parseBenchOptions(['--partitions', '--rows', '20000'])).toMatchObject({
    what: 'partitions',
    rows: 20_000,
  });
  expect(parseBenchOptions(['--lists', '--events', '60000'])).toMatchObject({
    what: 'lists',
    events: 60_000,
  });
  expect(parseBenchOptions(['--feed'])).toMatchObject({ what: 'feed' });
  expect(parseBenchOptions(['--peers', '--rounds', '3'])).toMatchObject({
    what: 'peers',
    rounds: 3,
  });
});

it.each([
  [['--scale', '--revocation'], /one measurement at a time/],
  [['--sessions', '5000'], /--sessions is an option of --scale/],
  [['--scale', '--sessions', 'many'], /a whole number from 1000 to 10000000, not "many"/],
  [['--rows', '20000'], /--rows is an option of --partitions/],
  [['--partitions', '--rows', '9999'], /a whole number from 10000 to 20000000, not "9999"/],
  [['--partitions', '--rows', '20000001'], /a whole number from 10000 to 20000000, not "20000001"/],
  [['--events', '60000'], /--events is an option of --lists/],
  [['--lists', '--events', '49999'], /a whole number from 50000 to 20000000, not "49999"/],
  [['--scale', '--peers'], /one measurement at a time/],
  [['--rounds', '3'], /--rounds is an option of --peers/],
  [['--peers', '--rounds', '0'], /a whole number from 1 to 1000, not "0"/],
  [['--fast'], /--fast[\s\S]*Usage: npm run bench/],
])('the benchmark refuses the options %j and names the option', (args, fault) => {
  expect(parseBenchOptions(args)).toEqual({ fault: expect.stringMatching(fault) });
});
