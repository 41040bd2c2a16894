interface Fault {
  readonly message: string;
  /**
   * Steps are keys, or objects with a key (Standard Schema); Yup writes the whole path as one text.
   */
  readonly path?: string | readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/**
 * What a validator found wrong with an input, one `field: message` for each fault. Reads the errors
 * of Zod, Valibot and all of Standard Schema (`issues`), ArkType (`arkErrors`), Yup (`inner`) and
 * Superstruct (`path`).
 *
 * @returns `null` for an error that names no field and is not worded for callers: it may come from
 *   anywhere inside
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
 * As a validator of one's own throws it: `new Error('Expected a number')`. Errors of drivers and of
 * the system have more to them.
 */
function isPlain(error: Error): boolean {
  return error.name === 'Error' && error.cause === undefined && Object.keys(error).length === 0;
}
