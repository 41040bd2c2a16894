import { codeOf, usernameOf } from './username-rules.ts';

/** Usernames that are reserved, whether or not they are taken. */
const OFFICIAL = [
  'admin',
  'administrator',
  'root',
  'system',
  'operator',
  'support',
  'security',
  'moderator',
];

/**
 * Confusable letters, each with the Latin letter it looks like once accents are removed (the common
 * ones of UTS 39, confusables.txt).
 */
const CONFUSABLES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀꭺ',
  b: 'ьвᴃƅꮟḃƀ',
  c: 'сϲᴄƈꮯ',
  d: 'ԁɗᴅđꭰժ',
  e: 'еєεᴇҽəꭼ',
  f: 'ƒքꞙғ',
  g: 'ɡցɢꮐ',
  h: 'һհнʜħηꮋ',
  k: 'кκᴋƙꮶ',
  l: 'i1jіјιıɩɪɨłⅼӏןɭʟӏլꮭꭵꙇ',
  m: 'мᴍɱꮇ',
  n: 'пոɴռƞꞑ',
  o: '0оοσᴏөøօסه๐๏০ഠꮎ',
  p: 'рρᴘƿꮲ',
  q: 'ԛգզ',
  r: 'гᴦʀгꮁɽꭇ',
  s: 'ѕꜱƽꮪʂ',
  t: 'тτᴛŧƭꭲ',
  u: 'υսᴜʋꭎц',
  v: 'νѵᴠꮩ',
  w: 'ԝωᴡшꮃ',
  x: 'хχ×ҳ',
  y: 'уγʏүỿყꭹ',
  z: 'ᴢʐꮓƶ',
};
const FOLDED = new Map(
  Object.entries(CONFUSABLES).flatMap(([letter, others]) =>
    Array.from(others, (other) => [other, letter] as const),
  ),
);

/**
 * Returns the same text for usernames that look the same: without accents, each letter as its Latin
 * lookalike (the skeleton of UTS 39).
 */
function skeletonOf(username: string): string {
  const bare = usernameOf(username).normalize('NFD').replace(/\p{M}/gu, '');
  return Array.from(bare, (letter) => FOLDED.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/** Returns the first letter in which a username differs from its lookalike. */
function differenceOf(username: string, from: string): string {
  const other = Array.from(from.normalize('NFD'));
  const letter = Array.from(username.normalize('NFD')).find(
    (candidate, index) => candidate !== other[index],
  );
  return letter === undefined ? 'it is shorter' : codeOf(letter);
}

/**
 * Returns the fault of a new username that looks like a privileged one; `null` for any other name,
 * and for an identical one.
 *
 * @param privileged names of administrators, and reserved names
 */
export function impersonationFault(username: string, privileged: readonly string[]): string | null {
  const skeleton = skeletonOf(username);
  const imitated = [...privileged, ...OFFICIAL].find((name) => skeletonOf(name) === skeleton);
  if (imitated === undefined || imitated === username || privileged.includes(username)) return null;
  return `looks the same as ${imitated} (${differenceOf(username, imitated)}): choose another name`;
}
