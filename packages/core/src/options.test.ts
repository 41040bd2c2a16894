import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultsOf as faultsOfError, type OptionsError } from './lib/options-error.ts';
import { parseSessionOptions } from './options.ts';

const faultsOf = (input: object) => {
  try {
    parseSessionOptions(input);
    return [];
  } catch (error) {
    return (error as OptionsError).faults.map((fault) => fault.option);
  }
};

const messageOf = (input: Parameters<typeof parseSessionOptions>[0]): string | null => {
  try {
    parseSessionOptions(input);
    return null;
  } catch (error) {
    return (error as OptionsError).message;
  }
};

describe('parseSessionOptions', () => {
  it('parseSessionOptions rejects an unknown option by its name', () => {
    expect(messageOf({ graceSecond: 5 } as object)).toBe(
      'graceSecond = 5: is not an option: check its spelling, or leave it out',
    );
  });

  it('parseSessionOptions returns the documented defaults', () => {
    expect(parseSessionOptions()).toEqual({
      issuer: 'latchkey',
      audience: 'latchkey',
      accessTokenSeconds: 600,
      graceSeconds: 30,
      idleSeconds: 604_800,
      maxSeconds: 2_592_000,
      clockToleranceSeconds: 0,
      maxSessionsPerUser: 100,
      onReuse: 'user',
    });
  });

  it('defaults graceSeconds to a quarter of a short access token lifetime', () => {
    expect(parseSessionOptions({ accessTokenSeconds: 2 }).graceSeconds).toBe(0.5);
    expect(parseSessionOptions({ accessTokenSeconds: 60 }).graceSeconds).toBe(15);
    expect(parseSessionOptions({ accessTokenSeconds: 0.5 }).graceSeconds).toBe(0.125);
  });

  it.each([
    [{ accessTokenSeconds: 100, graceSeconds: 25 }, []],
    [{ accessTokenSeconds: 100, graceSeconds: 25.001 }, ['graceSeconds']],
    [{ graceSeconds: 0 }, []],
    [{ graceSeconds: -1 }, ['graceSeconds']],
    [{ accessTokenSeconds: 100, idleSeconds: 101 }, []],
    [{ accessTokenSeconds: 100, idleSeconds: 100 }, ['idleSeconds']],
    [{ idleSeconds: 1000, maxSeconds: 1000 }, []],
    [{ idleSeconds: 1000, maxSeconds: 999 }, ['maxSeconds']],
    [{ accessTokenSeconds: 0 }, ['accessTokenSeconds']],
    [{ accessTokenSeconds: Number.NaN }, ['accessTokenSeconds']],
    [{ onReuse: 'nothing' }, ['onReuse']],
  ])('reports, for the options %o, the faults %o', (input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  it.each([
    [{ issuer: '' }, 'issuer = "": must not be empty'],
    [{ issuer: 'x'.repeat(64) }, null],
    [{ issuer: 'x'.repeat(65) }, `issuer = "${'x'.repeat(65)}": must be at most 64 characters`],
    [{ audience: '' }, 'audience = "": must not be empty'],
    [{ audience: 'x'.repeat(65) }, `audience = "${'x'.repeat(65)}": must be at most 64 characters`],
    [
      { accessTokenSeconds: '600' as never },
      'accessTokenSeconds = "600": must be a number of seconds',
    ],
    [{ idleSeconds: Number.POSITIVE_INFINITY }, 'idleSeconds = null: must be a number of seconds'],
    [{ accessTokenSeconds: 0 }, 'accessTokenSeconds = 0: must be more than 0'],
    [{ graceSeconds: -1 }, 'graceSeconds = -1: must be 0 (each refresh token works once) or more'],
    [
      { idleSeconds: 600 },
      'idleSeconds = 600: must be more than accessTokenSeconds (600), or no session would live to its first refresh',
    ],
    [{ maxSeconds: 604_799 }, 'maxSeconds = 604799: must be at least idleSeconds (604800)'],
    [{ maxSessionsPerUser: 1 }, null],
    [{ maxSessionsPerUser: 1_000 }, null],
    ...[0, -1, 1.5, 1_001].map((value): [object, string] => [
      { maxSessionsPerUser: value },
      `maxSessionsPerUser = ${value}: must be a whole number from 1 to 1000; leave it out for 100`,
    ]),
    [{ maxSeconds: 34_560_000 }, null],
    [
      { maxSeconds: 34_560_001 },
      'maxSeconds = 34560001: must be at most 34560000 (400 days, as long as browsers keep a cookie)',
    ],
    [{ clockToleranceSeconds: 300 }, null],
    [{ clockToleranceSeconds: 300.001 }, 'clockToleranceSeconds = 300.001: must be at most 300'],
    [{ clockToleranceSeconds: -0.001 }, 'clockToleranceSeconds = -0.001: must be 0 or more'],
    [{ onReuse: 'nothing' as never }, "onReuse = \"nothing\": must be 'user' or 'session'"],
    ['none' as never, expect.stringMatching(/^\(options\) = "none": /)],
  ])('explains how to correct the options %o', (input, message) => {
    expect(messageOf(input)).toEqual(message);
  });

  it('lists every faulty option with the value seen and the fix, each on its own line', () => {
    expect(
      faultsOf({ accessTokenSeconds: 10, graceSeconds: 9, idleSeconds: 5, maxSeconds: 1 }),
    ).toEqual(['graceSeconds', 'idleSeconds', 'maxSeconds']);
    expect(
      messageOf({ accessTokenSeconds: 10, graceSeconds: 9, idleSeconds: 5 })?.split('\n'),
    ).toEqual([
      'graceSeconds = 9: must be at most a quarter of accessTokenSeconds (2.5), so that every ordinary refresh rotates',
      expect.stringContaining('idleSeconds = 5: '),
    ]);
  });

  it('throws an OptionsError for invalid options', () => {
    expect(() => parseSessionOptions({ accessTokenSeconds: 0 })).toThrow(
      expect.objectContaining({ name: 'OptionsError' }),
    );
  });
});

describe('faultsOf', () => {
  const schema = z
    .object({ feed: z.object({ seconds: z.number().default(0) }).prefault({}) })
    .refine(({ feed }) => feed.seconds > 0, {
      path: ['feed', 'seconds'],
      message: 'must be more than 0',
    });
  const faults = (input: object) =>
    faultsOfError(schema.safeParse(input).error ?? new z.ZodError([]), input);

  it('names the path of a nested option and the value given', () => {
    expect(faults({ feed: { seconds: -1 } })).toEqual([
      { option: 'feed.seconds', value: -1, fix: 'must be more than 0' },
    ]);
    expect(faults({})).toEqual([
      { option: 'feed.seconds', value: undefined, fix: 'must be more than 0' },
    ]);
    expect(faults({ feed: { seconds: 1 } })).toEqual([]);
  });
});
