/** Seconds for which a one-time password works. */
export const ONE_TIME_PASSWORD_SECONDS = 86_400;

/** Base 32 without confusable letters and digits (0 O, 1 I L, U V): easy to read out and to type. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTWXYZ';
const CHARACTERS = 20;
const GROUP = 5;
const SHAPE = new RegExp(`^[${ALPHABET}]{${CHARACTERS}}$`);
/** The largest multiple of the alphabet's size in a byte: greater bytes would favour some letters. */
const UNBIASED = 256 - (256 % ALPHABET.length);

/**
 * Creates a one-time password: four groups of five characters, like `K7QPM-2XD9H-WB4TE-ZR63C` (97
 * bits).
 */
export function newOneTimePassword(): string {
  let text = '';
  while (text.length < CHARACTERS)
    for (const byte of crypto.getRandomValues(new Uint8Array(CHARACTERS)))
      if (byte < UNBIASED && text.length < CHARACTERS) text += ALPHABET[byte % ALPHABET.length];
  return grouped(text);
}

/**
 * Normalizes a typed one-time password, in any case and with or without hyphens; returns any other
 * text unchanged.
 */
export function oneTimePasswordIn(typed: string): string {
  const characters = typed.toUpperCase().replace(/[\s-]/g, '');
  return SHAPE.test(characters) ? grouped(characters) : typed;
}

const grouped = (characters: string): string =>
  (characters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
