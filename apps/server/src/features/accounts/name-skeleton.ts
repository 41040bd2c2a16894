import { codeOf, usernameOf } from './username-rules.ts';

/** Names that must not be imitated, whether or not they are taken. */
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
 * Letters by what they are mistaken for. Accents are taken off before. (After UTS 39,
 * confusables.txt: the common ones.)
 */
const MISTAKEN_FOR: Readonly<Record<string, string>> = {
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
  Object.entries(MISTAKEN_FOR).flatMap(([letter, others]) =>
    Array.from(others, (other) => [other, letter] as const),
  ),
);

/**
 * The same text for names that look the same: without accents, each letter as the Latin one that it
 * is mistaken for.
 */
function skeletonOf(username: string): string {
  const bare = usernameOf(username).normalize('NFD').replace(/\p{M}/gu, '');
  return Array.from(bare, (letter) => FOLDED.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/** The first letter by which a name differs from one that looks the same. */
function differenceOf(username: string, from: string): string {
  const other = Array.from(from.normalize('NFD'));
  const letter = Array.from(username.normalize('NFD')).find(
    (candidate, index) => candidate !== other[index],
  );
  return letter === undefined ? 'it ends earlier' : codeOf(letter);
}

/**
 * What keeps a new name from being chosen beside privileged ones: it looks the same as one of them.
 * `null` for any other name, and for the very same one.
 *
 * @param privileged names of users with more rights than others
 */
export function imitationFault(username: string, privileged: readonly string[]): string | null {
  const skeleton = skeletonOf(username);
  const imitated = [...privileged, ...OFFICIAL].find((name) => skeletonOf(name) === skeleton);
  if (imitated === undefined || imitated === username || privileged.includes(username)) return null;
  return `looks the same as ${imitated} (${differenceOf(username, imitated)}): choose another name`;
}
