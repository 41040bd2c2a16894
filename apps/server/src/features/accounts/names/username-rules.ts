/**
 * Normalizes case, width and composition of a username (Unicode NFKC, lower case; after RFC 8265,
 * UsernameCaseMapped).
 */
export function usernameOf(typed: string): string {
  return typed.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/**
 * Scripts whose letters a username may use: those in use today (UAX 31, tables 5 and 7). Others
 * have blanks and joiners among their letters, such as U+13441 and U+16FE4.
 */
const SCRIPTS =
  `Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Syriac Thaana Nko Mandaic Adlam Hanifi_Rohingya
  Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Newa Syloti_Nagri Saurashtra
  Ol_Chiki Chakma Lepcha Limbu Meetei_Mayek Wancho Tibetan Myanmar Thai Lao Khmer Tai_Le New_Tai_Lue Tai_Tham
  Tai_Viet Kayah_Li Cham Balinese Batak Javanese Sundanese Miao Lisu Vai Bamum Nyiakeng_Puachue_Hmong Ethiopic
  Tifinagh Cherokee Osage Canadian_Aboriginal Han Hiragana Katakana Hangul Bopomofo Yi Common Inherited`.split(
    /\s+/,
  );
const inScript = (script: string) => new RegExp(`\\p{Script=${script}}`, 'u');
/** Alphabets with letters that look alike: a username may use only one of them. */
const ALIKE = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Cherokee',
  'Lisu',
  'Canadian_Aboriginal',
  'Georgian',
  'Osage',
  'Tifinagh',
].map((script) => ({
  script,
  letters: inScript(script),
}));

const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u2d7f]/u;
const OUT_OF_USE = new RegExp(
  `[^${SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`,
  'u',
);
const ENCLOSING = /\p{Me}/u;
/**
 * Matches three combining marks on one letter, and captures a fourth. Vietnamese, Hebrew, Arabic,
 * Thai and Tibetan need up to three.
 */
const MARKS = /\p{M}{3}(\p{M})/u;
const SHAPE = /^(?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}._@+-]{2,64}$/u;

/**
 * Returns the fault of a new username, or `null`. Existing users with such a name can still sign
 * in.
 */
export function usernameFault(typed: string): string | null {
  const name = usernameOf(typed);
  const unseen = INVISIBLE.exec(typed) ?? INVISIBLE.exec(name);
  if (unseen) return `holds ${codeOf(unseen[0])}, which is invisible: leave it out`;
  if (!SHAPE.test(name))
    return 'must be 2 to 64 letters, digits or . _ @ + -, and begin with a letter or digit';
  const outOfUse = OUT_OF_USE.exec(name);
  if (outOfUse)
    return `holds ${codeOf(outOfUse[0])}, a letter of a script that is not in use: use another letter`;
  const enclosing = ENCLOSING.exec(name);
  if (enclosing) return `holds ${codeOf(enclosing[0])}, which encloses a letter: leave it out`;
  const [, mark] = MARKS.exec(name) ?? [];
  if (mark !== undefined)
    return `has more than 3 marks on one letter, ${codeOf(mark)} among them: leave some out`;
  const [first, second] = ALIKE.flatMap(
    ({ script, letters }) => letters.exec(name)?.map((letter) => ({ script, letter })) ?? [],
  );
  return first && second
    ? `mixes ${first.script} with ${second.script} letters (${codeOf(second.letter)}): use one alphabet`
    : null;
}

/** Formats a character as `U+0430`. */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
