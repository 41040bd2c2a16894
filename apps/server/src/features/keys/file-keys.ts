import { readFile } from 'node:fs/promises';
import { OptionsError, reusedSecretFaults } from '@latchkey/core';
import {
  derivedKeys,
  KEY_PURPOSES,
  type KeySource,
  type ManagedKey,
  namedKeys,
  parseKeySet,
} from '@latchkey/keys';

/**
 * Reads keys from a file: a JWK Set of private keys. The file is read in full each time, so it may
 * be replaced in any way (mounted secrets are symbolic links that are swapped).
 *
 * @param secrets from which keys are derived for the purposes that the file lacks
 */
export function fileKeys(path: string, secrets: readonly string[]): KeySource {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch((error: Error) => {
        throw new OptionsError([
          {
            option: `KEY_SOURCE (file:${path})`,
            value: undefined,
            fix: `cannot be read (${error.message})`,
          },
        ]);
      });
      return prefixFaults(`KEY_SOURCE (file:${path})`, () =>
        withDerived(parseKeySet(text), secrets),
      );
    },
  };
}

/**
 * Adds derived keys for the purposes that the given keys lack.
 *
 * @param secrets the values of LATCHKEY_SECRET; without any, nothing is derived
 * @throws OptionsError if no access-token key is given, since only a given key can state its
 *   algorithm, or if a key equals one of the secrets
 */
export function withDerived(
  given: readonly ManagedKey[],
  secrets: readonly string[],
): ManagedKey[] {
  const reused = reusedSecretFaults(namedKeys(given), secrets);
  if (reused.length > 0) throw new OptionsError(reused);
  const missing = KEY_PURPOSES.filter((purpose) => !given.some((key) => key.purpose === purpose));
  if (!given.some(({ purpose }) => purpose === 'access-token'))
    throw new OptionsError([
      {
        option: 'keys',
        value: undefined,
        fix: 'must hold at least one key that signs access tokens (use sig, or none)',
      },
    ]);
  if (secrets.length === 0) return [...given];
  return [...given, ...missing.flatMap((purpose) => derivedKeys(secrets, purpose))];
}

/** Prefixes each fault with the name of the environment variable. */
export function prefixFaults<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    throw new OptionsError(
      error.faults.map((fault) => ({ ...fault, option: `${option} ${fault.option}` })),
    );
  }
}
