import { ALGORITHMS } from '@latchkey/core';
import { generateJwk, KEY_PURPOSES } from '@latchkey/keys';
import { keyViewOf } from '../features/keys/key-procedures.ts';
import { type Command, CommandError, instant, OPERATOR, table } from './command.ts';

const dateOf = (at: number | null) => (at === null ? '-' : instant(at));

export const KEY_COMMANDS: Readonly<Record<string, Command>> = {
  'keys list': {
    summary: 'lists the keys and the status of each; never the keys themselves',
    async run(input) {
      const { keyChanges } = await input.services();
      const rows = keyChanges
        .list()
        .map(keyViewOf)
        .map(({ signsFrom, retiredAt, verifiesUntil, revokedAt, ...view }) => ({
          ...view,
          signsFrom: dateOf(signsFrom),
          retiredAt: dateOf(retiredAt),
          verifiesUntil: dateOf(verifiesUntil),
          revokedAt: dateOf(revokedAt),
        }));
      const cells = rows.map((row) => [
        row.kid,
        row.purpose,
        row.algorithm,
        row.status,
        row.signsFrom,
        row.retiredAt,
        row.verifiesUntil,
      ]);
      return {
        text: table(
          ['KID', 'PURPOSE', 'ALGORITHM', 'STATUS', 'SIGNS FROM', 'RETIRED', 'VERIFIES UNTIL'],
          cells,
        ),
        data: rows,
      };
    },
  },

  'keys rotate': {
    summary:
      'makes the next key; it signs once every node and service has it (the server does so itself every 30 days)',
    options: {
      '--now': 'it signs at once',
      '--purpose <purpose>': `${KEY_PURPOSES.join(', ')}; access-token by default`,
    },
    async run(input) {
      const purpose = oneOf(KEY_PURPOSES, input.options.purpose ?? 'access-token', 'purpose');
      const { keyChanges } = await input.services();
      const { kid, algorithm, signsFrom, made } = await keyChanges.rotate(
        purpose,
        input.options.now ? 'now' : 'next',
        OPERATOR,
      );
      const text = `${kid} (${algorithm}) ${made ? 'is made, and' : 'was there already:'} it signs from ${instant(signsFrom)}.`;
      return { text, data: { kid, purpose, algorithm, signsFrom: instant(signsFrom), made } };
    },
  },

  'keys remove <kid>': {
    summary: 'takes out a key that leaked: nothing it signed holds any more',
    options: {
      '--sign-out': 'for a key of refresh tokens: accepts that people have to sign in again',
    },
    async run(input) {
      const { keyChanges } = await input.services();
      const kid = input.arguments.kid ?? '';
      await keyChanges.remove(kid, input.options.signOut === 'true', OPERATOR);
      return { text: `${kid} is taken out. Every node follows within 10 seconds.`, data: { kid } };
    },
  },

  'keys generate': {
    summary: 'prints a new private key as JWK, for KEY_SOURCE=file:… or JWT_KEYS',
    options: {
      '--algorithm <algorithm>': `${ALGORITHMS.join(', ')}; ES256 by default`,
      '--purpose <purpose>': `${KEY_PURPOSES.join(', ')}; access-token by default`,
    },
    async run(input) {
      const purpose = oneOf(KEY_PURPOSES, input.options.purpose ?? 'access-token', 'purpose');
      const algorithm = oneOf(
        ALGORITHMS,
        input.options.algorithm ?? (purpose === 'access-token' ? 'ES256' : 'HS256'),
        'algorithm',
      );
      if (purpose !== 'access-token' && algorithm !== 'HS256')
        throw new CommandError(`Keys for ${purpose} are MAC keys: HS256.`, 2);
      const jwk = await generateJwk(purpose, algorithm);
      return { text: JSON.stringify(jwk), data: jwk };
    },
  },
};

function oneOf<const Value extends string>(
  values: readonly Value[],
  text: string,
  what: string,
): Value {
  const value = values.find((known) => known.toLowerCase() === text.toLowerCase());
  if (!value)
    throw new CommandError(`"${text}" is no ${what}. There are: ${values.join(', ')}.`, 2);
  return value;
}
