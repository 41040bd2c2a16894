import { checkPrimeSync, type KeyObject } from 'node:crypto';

const MIN_BITS = 2048;
/** The limits of an RSA public exponent by FIPS 186-5 (A.1.1): 65537 ≤ exponent < 2^256. */
const [MIN_EXPONENT, EXPONENT_LIMIT] = [65_537n, 1n << 256n];
/** Enough steps to find two primes that differ in their lower half only (CVE-2022-26320). */
const FERMAT_STEPS = 100;

const SMALL_PRIMES = primesBelow(10_000);
/**
 * The primes of the ROCA test (CVE-2017-15361): Infineon's RSA primes are powers of 65537 modulo
 * each of these. By chance that happens once in 2^27.
 */
const ROCA_PRIMES = SMALL_PRIMES.filter((prime) => prime > 2n && prime <= 167n).map((prime) => ({
  prime,
  powers: powersOf65537(prime),
}));

/** Returns why signatures of an RSA key can be forged, with the fix; `null` for a strong key. */
export function rsaWeakness(publicKey: KeyObject): string | null {
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } =
    publicKey.asymmetricKeyDetails ?? {};
  if (bits < MIN_BITS)
    return `has a modulus of ${bits} bits: RSA needs at least 2048 bits (3072 advised)`;
  const sign =
    exponentSign(exponent) ?? modulusSign(numberOf(publicKey.export({ format: 'jwk' }).n), bits);
  return sign && `${sign}: generate a new RSA key with exponent 65537`;
}

function exponentSign(exponent: bigint): string | null {
  if (exponent % 2n === 0n) return 'has an even public exponent';
  if (exponent < MIN_EXPONENT) return `has the public exponent ${exponent}, which is below 65537`;
  return exponent >= EXPONENT_LIMIT ? 'has a public exponent of more than 256 bits' : null;
}

function modulusSign(modulus: bigint, bits: number): string | null {
  const factor = SMALL_PRIMES.find((prime) => modulus % prime === 0n);
  if (factor === 2n) return 'has an even modulus';
  if (factor !== undefined) return `has a modulus that ${factor} divides`;
  if (ROCA_PRIMES.every(({ prime, powers }) => powers.has(modulus % prime)))
    return 'has a modulus that is weak by ROCA (CVE-2017-15361)';
  if (checkPrimeSync(modulus)) return 'has a prime as modulus';
  return hasClosePrimes(modulus, bits)
    ? 'has a modulus whose two primes are close to each other'
    : null;
}

/** Tries the first steps of Fermat's factorization, which finds two primes close to each other. */
function hasClosePrimes(modulus: bigint, bits: number): boolean {
  let a = squareRoot(modulus, bits);
  if (a * a < modulus) a += 1n;
  for (let step = 0; step < FERMAT_STEPS; step++, a += 1n) {
    const rest = a * a - modulus;
    const root = squareRoot(rest, rest.toString(16).length * 4);
    if (root * root === rest) return true;
  }
  return false;
}

/** Returns the integer part of a square root, by Newton's method. */
function squareRoot(value: bigint, bits: number): bigint {
  if (value === 0n) return 0n;
  let root = 1n << BigInt((bits >> 1) + 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function primesBelow(limit: number): bigint[] {
  const composite = new Uint8Array(limit);
  const primes: bigint[] = [];
  for (let candidate = 2; candidate < limit; candidate++) {
    if (composite[candidate]) continue;
    primes.push(BigInt(candidate));
    for (let multiple = candidate * candidate; multiple < limit; multiple += candidate)
      composite[multiple] = 1;
  }
  return primes;
}

function powersOf65537(prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>();
  for (let power = 1n; !powers.has(power); power = (power * 65_537n) % prime) powers.add(power);
  return powers;
}

function numberOf(base64url: string | undefined): bigint {
  return BigInt(`0x${Buffer.from(base64url ?? '', 'base64url').toString('hex') || '0'}`);
}
