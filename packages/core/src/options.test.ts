import { describe, expect, it } from 'vitest';
import { type OptionsError, parseSessionOptions } from './options.ts';

const faultsOf = (input: object) => {
  try {
    parseSessionOptions(input);
    return [];
  } catch (error) {
    return (error as OptionsError).faults.map((fault) => fault.option);
  }
};

describe('the session options', () => {
  it('have the documented defaults', () => {
    expect(parseSessionOptions()).toEqual({
      issuer: 'latchkey',
      audience: 'latchkey',
      accessTokenSeconds: 600,
      graceSeconds: 30,
      idleSeconds: 604_800,
      maxSeconds: 2_592_000,
      clockToleranceSeconds: 0,
      onReuse: 'user',
    });
  });

  it('take a quarter of a short access lifetime as grace, fractions included', () => {
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
    [{ onReuse: 'nobody' }, ['onReuse']],
  ])('%o: faults %o', (input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  it('list every fault at once, with the value seen and the fix', () => {
    expect(faultsOf({ accessTokenSeconds: 10, graceSeconds: 9, idleSeconds: 5, maxSeconds: 1 })).toEqual(['graceSeconds', 'idleSeconds', 'maxSeconds']);
    expect(() => parseSessionOptions({ accessTokenSeconds: 10, graceSeconds: 9 })).toThrowError(
      'graceSeconds = 9: must be at most a quarter of accessTokenSeconds (2.5)',
    );
  });
});
