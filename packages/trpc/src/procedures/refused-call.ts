/**
 * A call of a procedure, as a middleware sees it. tRPC creates one `getRawInput` per call, and a
 * `signal` for calls that a client made.
 */
interface Call {
  readonly path: string;
  readonly getRawInput: () => Promise<unknown>;
  readonly signal: AbortSignal | undefined;
}

/** The key under which an error records the call it refused: one for every copy of this package. */
const REFUSED_CALL: unique symbol = Symbol.for('latchkey.refused_call');
type Noted = { readonly [REFUSED_CALL]?: Refused | null };

interface Refused {
  /** The path of a client's call; `null` for a call that the server made. */
  readonly path: string | null;
  /** The call's `getRawInput`; `null` if it did not reach its procedure's middleware. */
  readonly getRawInput: Call['getRawInput'] | null;
}

/**
 * Records in an error that Latchkey refused this call before its procedure ran.
 *
 * @returns the same error
 */
export function noteRefusal(error: unknown, { path, getRawInput, signal }: Call): unknown {
  note(error, { path: signal === undefined ? null : path, getRawInput });
  return error;
}

/**
 * Records in an error that Latchkey refused a client's call before any of it ran.
 *
 * @returns the same error
 */
export function noteRefusedStart<Thrown extends Error>(error: Thrown, path: string): Thrown {
  note(error, { path, getRawInput: null });
  return error;
}

/**
 * Records that an error came out of a procedure that ran. A refusal of this same call, by a second
 * policy, stays a refusal; a refusal of another call (`createCaller`) does not.
 */
export function notePassage(error: unknown, call: Pick<Call, 'getRawInput'>): void {
  const refused = refusedCall(error);
  if (refused && refused.getRawInput !== call.getRawInput) note(error, null);
}

/** Whether this error refused another call, and a procedure passed it on. */
export function isPassedOn(error: unknown): boolean {
  return refusedCall(error) === null;
}

/**
 * Whether this error refused the client's call to this path before its procedure ran. A refusal of
 * another call counts as passed on from then on.
 */
export function isRefused(error: unknown, path: string | undefined): boolean {
  const refused = refusedCall(error);
  if (!refused) return false;
  const isOutermost = refused.path !== null && refused.path === path;
  if (!isOutermost) note(error, null);
  return isOutermost;
}

/**
 * Attaches a note to an error, as a property that is not enumerable, so that logs do not print it.
 */
function note(error: unknown, value: Refused | null): void {
  if (error instanceof Error)
    Object.defineProperty(error, REFUSED_CALL, { value, configurable: true });
}

function refusedCall(error: unknown): Refused | null | undefined {
  return error instanceof Error ? (error as Noted)[REFUSED_CALL] : undefined;
}
