import { StoreUnavailableError } from '../errors.ts';
import { OptionsError } from '../lib/options-error.ts';
import type { User, UserDirectory } from '../session/user.ts';
import { MAX_CLAIM_LENGTH } from './access-token.ts';
import { type AnyClaims, type ClaimsSchema, encodeClaims } from './claims.ts';
import { MAX_USER_ID_BYTES } from './refresh-token.ts';

/** A user with the claims that a schema requires. */
export type UserWith<Claims extends AnyClaims> = AnyClaims extends Claims
  ? User
  : User & { readonly claims: Claims };

/**
 * Returns the option `claims` without its type.
 *
 * @throws OptionsError if it is not a Standard Schema
 */
export function checkedSchema(schema: object | undefined): ClaimsSchema | undefined {
  if (schema === undefined) return undefined;
  const standard = (schema as Partial<ClaimsSchema> | null)?.['~standard'];
  if (typeof standard?.validate !== 'function')
    throw new OptionsError([
      {
        option: 'claims',
        value: schema,
        fix: 'must be a schema, such as z.object({ tenantId: z.string() }), or left out',
      },
    ]);
  return schema as ClaimsSchema;
}

/**
 * Returns the fields of a user that tokens carry, claims decoded.
 *
 * @throws RangeError if a text is too long for a token, so that no verification would accept it, or
 *   the claims do not fit
 */
export function checkedUser(schema: ClaimsSchema | undefined, user: User): User {
  const { id, username, role, tokenVersion, disabled, claims } = user;
  const own = { id, username, role, tokenVersion, disabled };
  if (disabled) return own;
  for (const [field, value] of Object.entries({ id, username, role }))
    if (typeof value !== 'string')
      throw new RangeError(
        `a user's ${field} must be a text, not ${typeof value}: convert it, as by String(row.${field})`,
      );
  checkLength('id', Buffer.byteLength(id), MAX_USER_ID_BYTES, 'bytes');
  checkLength('username', username.length, MAX_CLAIM_LENGTH, 'characters');
  checkLength('role', role.length, MAX_CLAIM_LENGTH, 'characters');
  if (!schema) return own;
  try {
    return { ...own, claims: encodeClaims(schema, claims) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`the claims of user ${id} ${error.message}`);
  }
}

/**
 * Checks each user that a directory finds. A user who does not fit into a token counts as a
 * directory that cannot answer: the session stays, and the next request tries again.
 */
export function checkedUsers(
  users: UserDirectory,
  schema: ClaimsSchema | undefined,
): UserDirectory {
  return {
    async findUser(userId) {
      const user = await users.findUser(userId);
      if (!user) return null;
      try {
        return checkedUser(schema, user);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new StoreUnavailableError(error.message, { cause: error });
      }
    },
    ...(users.raiseTokenVersion && {
      raiseTokenVersion: async (userId) => (await users.raiseTokenVersion?.(userId)) ?? null,
    }),
  };
}

function checkLength(field: string, length: number, max: number, unit: string): void {
  if (length < 1 || length > max)
    throw new RangeError(`a user's ${field} must have 1 to ${max} ${unit}, not ${length}`);
}
