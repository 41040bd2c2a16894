/** The output by which `auth.session` is recognised. */
export interface SessionProcedure {
  readonly _def: { readonly $types: { readonly output: { readonly accessTokenSeconds: number } } };
}

/**
 * The paths of the routers with Latchkey's procedures in a router's record: those with a `session`
 * query. Any string for a router whose type is not known.
 */
export type AuthPath<TRecord> = string extends keyof TRecord
  ? string
  : {
      [Name in keyof TRecord & string]: TRecord[Name] extends { readonly session: SessionProcedure }
        ? Name
        : TRecord[Name] extends { readonly _def: unknown }
          ? never
          : `${Name}.${AuthPath<TRecord[Name]>}`;
    }[keyof TRecord & string];
