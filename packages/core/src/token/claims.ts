/** The claims of a caller whose type is not stated: of an app without claims, none. */
export type AnyClaims = Readonly<Record<string, unknown>>;

/**
 * A schema of an app's own claims: any Standard Schema (Zod, Valibot, ArkType) of an object that
 * JSON can hold. It must answer synchronously, and accept its own output.
 */
export interface ClaimsSchema<Claims extends AnyClaims = AnyClaims> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Claims> | Promise<Validated<Claims>>;
  };
}

type Validated<Claims> =
  | { readonly value: Claims; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** A fault that a schema finds (Standard Schema). */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The most bytes of JSON that the claims of one user may have. */
export const MAX_CLAIMS_BYTES = 1024;

export const NO_CLAIMS: AnyClaims = Object.freeze({});

/**
 * Decodes the claims that a token carries.
 *
 * @returns `null` if they do not fit the schema: they were signed before it changed
 */
export function decodeClaims(schema: ClaimsSchema, signed: unknown): AnyClaims | null {
  const result = validate(schema, signed ?? {});
  return result.issues ? null : frozen(result.value);
}

/**
 * Checks the claims of a user before they are signed.
 *
 * @returns the claims as every later request reads them
 * @throws RangeError naming the first fault, with its fix
 */
export function encodeClaims(schema: ClaimsSchema, claims: unknown): AnyClaims {
  const result = validate(schema, claims ?? {});
  if (result.issues) throw new RangeError(`do not fit the schema: ${describe(result.issues[0])}`);
  const json = jsonOf(result.value);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_CLAIMS_BYTES)
    throw new RangeError(
      `have ${bytes} bytes of JSON: at most ${MAX_CLAIMS_BYTES} fit into an access token. ` +
        'Sign ids, and look up the rest',
    );
  const decoded = decodeClaims(schema, JSON.parse(json));
  if (!decoded)
    throw new RangeError(
      "do not fit the schema once signed: it must accept its own output's JSON. Leave out transforms",
    );
  return decoded;
}

/** Never throws: a schema that fails on old claims must not fail the request that has them. */
function validate(schema: ClaimsSchema, value: unknown): Validated<AnyClaims> {
  try {
    const result = schema['~standard'].validate(value);
    if (!('then' in result)) return result;
    result.then(undefined, () => {});
    return { issues: [{ message: 'the schema is asynchronous. Use a synchronous one' }] };
  } catch (error) {
    return { issues: [{ message: String(error) }] };
  }
}

/** @throws RangeError for a value that JSON cannot hold */
function jsonOf(value: AnyClaims): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new RangeError(`are no JSON: ${String(error)}`);
  }
}

function describe(issue: SchemaIssue | undefined): string {
  const path = (issue?.path ?? []).map((step) =>
    String(typeof step === 'object' ? step.key : step),
  );
  return [path.join('.'), issue?.message].filter(Boolean).join(': ');
}

/** Freezes claims at every depth: requests with the same token share them. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
