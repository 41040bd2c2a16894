import { isInstance } from './brand.ts';

/** One fault of a configuration: the option, the value seen, and the fix. */
export interface OptionFault {
  readonly option: string;
  readonly value: unknown;
  readonly fix: string;
}

const OPTIONS: unique symbol = Symbol.for('latchkey.options');

/**
 * Thrown for an unusable configuration. `faults` lists every fault, not only the first one.
 * `instanceof` also recognizes errors of another copy of this package.
 *
 * @example
 * import { OptionsError, parseSessionOptions } from '@latchkey/core';
 *
 * try {
 *   parseSessionOptions({ accessTokenSeconds: 0 });
 * } catch (error) {
 *   if (!(error instanceof OptionsError)) throw error;
 *   for (const { option, fix } of error.faults) console.error(`${option}: ${fix}`);
 * }
 */
export class OptionsError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: in a subclass, `this` is the subclass
    return isInstance(this, OptionsError, OPTIONS, value);
  }
  override readonly name = 'OptionsError';
  readonly faults: readonly OptionFault[];
  constructor(faults: readonly OptionFault[]) {
    super(
      faults
        .map((fault) => `${fault.option} = ${JSON.stringify(fault.value)}: ${fault.fix}`)
        .join('\n'),
    );
    this.faults = faults;
  }
  get [OPTIONS](): true {
    return true;
  }
}

/** The part of a `ZodError` of any copy of Zod 4 that {@link faultsOf} reads. */
export interface Issues {
  readonly issues: readonly {
    readonly code?: string | undefined;
    readonly path: readonly PropertyKey[];
    readonly message: string;
    readonly keys?: readonly string[];
  }[];
}

const UNKNOWN_OPTION = 'is not an option: check its spelling, or leave it out';

/**
 * Converts the issues of a Zod error to faults.
 *
 * @param input what was parsed; the faults quote its values
 * @example
 * import { faultsOf, OptionsError } from '@latchkey/core';
 * import { z } from 'zod';
 *
 * const input = { port: process.env.PORT };
 * const parsed = z.object({ port: z.coerce.number() }).safeParse(input);
 * if (!parsed.success) throw new OptionsError(faultsOf(parsed.error, input));
 */
export function faultsOf(error: Issues, input: unknown): OptionFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? (issue.keys ?? []).map((key) => faultAt([...issue.path, key], UNKNOWN_OPTION))
      : [faultAt(issue.path, issue.message)],
  );

  function faultAt(path: readonly PropertyKey[], fix: string): OptionFault {
    const value = path.reduce<unknown>(
      (outer, key) => (outer as Record<PropertyKey, unknown> | undefined)?.[key],
      input,
    );
    return { option: path.join('.') || '(options)', value, fix };
  }
}

/**
 * Refuses misspelt options: those that are left once a function has taken its own out.
 *
 * @throws OptionsError naming each
 * @example
 * import { refuseUnknownOptions } from '@latchkey/core';
 *
 * function open({ path, ...others }: { path: string }) {
 *   refuseUnknownOptions(others);
 *   return path;
 * }
 */
export function refuseUnknownOptions(others: object): void {
  const faults = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([option, value]) => ({ option, value: typeof value, fix: UNKNOWN_OPTION }));
  if (faults.length > 0) throw new OptionsError(faults);
}
