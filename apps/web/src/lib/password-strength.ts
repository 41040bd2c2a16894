import * as passwordStrength from '#messages/password-strength.ts';
import { lazyPart, loadedValue } from './lazy-part.ts';

/**
 * What the meter shows: how many of its four parts are filled, in a word, and what makes it weak.
 */
export interface PasswordStrength {
  readonly parts: 1 | 2 | 3 | 4;
  readonly word: string;
  readonly advice: string;
}

/** As the server's rules. They are what decides; this only says so beforehand. */
const LEAST_CHARACTERS = 15;
const JUDGED = 48;

/** What zxcvbn found to be guessed first, by its own names. */
const WEAKNESSES: Readonly<Record<string, string>> = {
  straightRow: passwordStrength.straightRow,
  keyPattern: passwordStrength.keyPattern,
  simpleRepeat: passwordStrength.simpleRepeat,
  extendedRepeat: passwordStrength.extendedRepeat,
  sequences: passwordStrength.sequences,
  recentYears: passwordStrength.recentYears,
  dates: passwordStrength.dates,
  topTen: passwordStrength.topTen,
  topHundred: passwordStrength.topHundred,
  common: passwordStrength.common,
  similarToCommon: passwordStrength.similarToCommon,
  wordByItself: passwordStrength.wordByItself,
  userInputs: passwordStrength.userInputs,
};

const estimator = lazyPart('password-estimator', () => import('./password-estimator.ts'));

/**
 * Fetches the word lists, so that the first judgement does not wait for them. Whoever goes without
 * them goes without a meter.
 */
export function prepareStrength(): void {
  void estimator.load();
}

/**
 * How hard a password is to guess, judged in this browser: it is sent nowhere.
 *
 * @returns null while there is nothing to judge, or the word lists could not be had
 */
export async function judgePassword(
  password: string,
  username: string,
): Promise<PasswordStrength | null> {
  const judged = password.normalize('NFC');
  if (judged === '') return null;
  const found = await loadedValue(estimator);
  if (!found) return null;
  const { score, feedback } = found.estimator.check(
    judged.slice(0, JUDGED),
    username ? [username] : [],
  );
  const weakness = WEAKNESSES[feedback.warning ?? ''];
  if (score < 3)
    return {
      parts: score < 2 ? 1 : 2,
      word: passwordStrength.easy,
      advice: weakness ?? passwordStrength.easyAdvice,
    };
  if (Array.from(judged).length < LEAST_CHARACTERS)
    return {
      parts: 2,
      word: passwordStrength.tooShort,
      advice: passwordStrength.minLength(LEAST_CHARACTERS),
    };
  return score === 3
    ? { parts: 3, word: passwordStrength.good, advice: passwordStrength.goodAdvice }
    : { parts: 4, word: passwordStrength.strong, advice: '' };
}
