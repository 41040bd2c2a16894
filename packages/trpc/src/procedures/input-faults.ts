interface Fault {
  readonly message: string;
  /**
   * A list of keys, or of objects with a key (Standard Schema); Yup writes the whole path as one
   * string.
   */
  readonly path?: string | readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/**
 * Describes a validator's error, `field: message` for each fault. Reads the errors of Zod, Valibot
 * and other Standard Schema libraries (`issues`), ArkType (`arkErrors`), Yup (`inner`) and
 * Superstruct (`path`).
 *
 * @returns `null` for an error that may be internal: it names no field and is not a plain `Error`
 */
export function describeInputFaults(error: Error): string | null {
  const { issues, arkErrors, inner } = error as Partial<
    Record<'issues' | 'arkErrors' | 'inner', unknown>
  >;
  for (const list of [issues, arkErrors, inner]) {
    const faults = Array.isArray(list) ? list.filter(isFault) : [];
    if (faults.length > 0) return faults.map(describe).join('; ');
  }
  if ('path' in error && isFault(error)) return describe(error);
  return isPlain(error) ? error.message : null;
}

function isFault(value: unknown): value is Fault {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('message' in value) ||
    typeof value.message !== 'string'
  )
    return false;
  const path = 'path' in value ? value.path : undefined;
  return path === undefined || path === null || typeof path === 'string' || Array.isArray(path);
}

function describe({ path, message }: Fault): string {
  const steps =
    typeof path === 'string'
      ? [path]
      : (path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
  return `${steps.map(String).join('.') || 'input'}: ${message}`;
}

/**
 * Whether an error is one that a hand-written validator throws: `new Error('Expected a number')`.
 * Errors of drivers and of the system have a code, a cause or another name.
 */
function isPlain(error: Error): boolean {
  return error.name === 'Error' && error.cause === undefined && Object.keys(error).length === 0;
}
