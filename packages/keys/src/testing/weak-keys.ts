import {
  checkPrimeSync,
  createECDH,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
} from 'node:crypto';
import type { OptionsError } from '@latchkey/core';

const base64url = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
};
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n && b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}
/** Makes the private JWK of an RSA key from two primes (or composites) and an exponent. */
export function rsaOf(p: bigint, q: bigint, e: bigint) {
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = {
    n: p * q,
    e,
    d,
    p,
    q,
    dp: d % (p - 1n),
    dq: q > 1n ? d % (q - 1n) : 1n,
    qi: inverse(q, p),
  };
  return {
    kty: 'RSA',
    alg: 'RS256',
    kid: 'weak',
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64url(value)])),
  };
}
export const prime = (bits: number) => generatePrimeSync(bits, { bigint: true });
export function nextPrime(from: bigint): bigint {
  let candidate = from + 2n;
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}
/** Finds a prime of the form that Infineon's library generated (ROCA, CVE-2017-15361). */
export function rocaPrime(): bigint {
  let product = 1n;
  for (let candidate = 2n; candidate <= 701n; candidate++)
    if (checkPrimeSync(candidate)) product *= candidate;
  let power = 1n;
  for (let step = 0; step < 4711; step++) power = (power * 65_537n) % product;
  const bits = 1024 - product.toString(2).length;
  for (let k = (3n << BigInt(bits - 1)) / 2n; ; k++)
    if (checkPrimeSync(k * product + power)) return k * product + power;
}
export const [P, Q] = [prime(1024), prime(1024)];
export const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
export function ecOf(d: Buffer) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [
    point.subarray(1, 33).toString('base64url'),
    point.subarray(33).toString('base64url'),
  ];
  return { kty: 'EC', crv: 'P-256', alg: 'ES256', kid: 'weak', d: d.toString('base64url'), x, y };
}
export const octOf = (bytes: Buffer, more: object = {}) => ({
  kty: 'oct',
  alg: 'HS256',
  kid: 'weak',
  k: bytes.toString('base64url'),
  ...more,
});
export const sound = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const soundEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const pem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') =>
  key.export({ format: 'pem', type }).toString();
export const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });

/** Returns the faults of the OptionsError that a call throws; none if it throws nothing. */
export const faultsOf = (work: () => unknown) => {
  try {
    work();
    return [];
  } catch (error) {
    return (error as OptionsError).faults;
  }
};
export const told = (work: () => unknown) =>
  faultsOf(work).map(({ option, fix }) => `${option} ${fix}`);
