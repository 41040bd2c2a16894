/** What the meter shows: how many of its four parts are filled, in a word, and what makes it weak. */
export interface PasswordStrength {
  readonly parts: 1 | 2 | 3 | 4;
  readonly word: 'Too short' | 'Easy to guess' | 'Good' | 'Strong';
  readonly advice: string;
}

/** As the server's rules. They are what decides; this only says so beforehand. */
const LEAST_CHARACTERS = 15;
const JUDGED = 48;

/** What zxcvbn found to be guessed first, by its own names. */
const WEAKNESSES: Readonly<Record<string, string>> = {
  straightRow: 'A row of keys is guessed early.',
  keyPattern: 'A pattern on the keyboard is guessed early.',
  simpleRepeat: 'A character again and again adds little.',
  extendedRepeat: 'The same few characters again and again add little.',
  sequences: 'A sequence like “abc” or “6543” adds little.',
  recentYears: 'Years are guessed early.',
  dates: 'Dates are guessed early.',
  topTen: 'This is among the ten most used passwords.',
  topHundred: 'This is among the hundred most used passwords.',
  common: 'This is on the lists of common passwords.',
  similarToCommon: 'This is close to a common password.',
  wordByItself: 'A single word is guessed early.',
  userInputs: 'Your own name is guessed first.',
};

const load = () => import('./password-estimator.ts');

/** Fetches the word lists, so that the first judgement does not wait for them. Whoever goes without them goes without a meter. */
export function prepareStrength(): void {
  load().catch(() => {});
}

/**
 * How hard a password is to guess, judged in this browser: it is sent nowhere.
 *
 * @returns null while there is nothing to judge, or the word lists could not be had
 */
export async function judgePassword(password: string, username: string): Promise<PasswordStrength | null> {
  const judged = password.normalize('NFC');
  if (judged === '') return null;
  const found = await load().catch(() => null);
  if (!found) return null;
  const { score, feedback } = found.estimator.check(judged.slice(0, JUDGED), username ? [username] : []);
  const weakness = WEAKNESSES[feedback.warning ?? ''];
  if (score < 3) return { parts: score < 2 ? 1 : 2, word: 'Easy to guess', advice: weakness ?? 'More words, and less usual ones, make it harder.' };
  if (Array.from(judged).length < LEAST_CHARACTERS) return { parts: 2, word: 'Too short', advice: `It takes ${LEAST_CHARACTERS} characters or more.` };
  return score === 3 ? { parts: 3, word: 'Good', advice: 'Another word or two would make it stronger.' } : { parts: 4, word: 'Strong', advice: '' };
}
