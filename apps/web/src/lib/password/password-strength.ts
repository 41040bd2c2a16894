import * as passwordStrength from '#messages/password-strength.ts';
import { lazyPart, loadedValue } from '../lazy/lazy-part.ts';

/**
 * What the strength meter shows: the filled parts of four, a word, and what makes the password
 * weak.
 */
export interface PasswordStrength {
  readonly parts: 1 | 2 | 3 | 4;
  readonly word: string;
  readonly advice: string;
}

/** The server's minimum length of a password, shown before the server decides. */
const MIN_CHARACTERS = 15;
/**
 * Number of characters that are estimated, because the estimator is slow on long passwords; the
 * rest is ignored.
 */
const MAX_ESTIMATED = 48;

/** The sentence for each weakness, by zxcvbn's names. */
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
 * Loads the word lists, so that the first estimate does not wait for them. Without the lists no
 * strength meter is shown.
 */
export function preloadEstimator(): void {
  void estimator.load();
}

/**
 * Estimates in the browser how hard a password is to guess.
 *
 * @returns null if the password is empty or the word lists could not be loaded
 */
export async function estimatePassword(
  password: string,
  username: string,
): Promise<PasswordStrength | null> {
  const normalized = password.normalize('NFC');
  if (normalized === '') return null;
  const found = await loadedValue(estimator);
  if (!found) return null;
  const { score, feedback } = found.estimator.check(
    normalized.slice(0, MAX_ESTIMATED),
    username ? [username] : [],
  );
  const weakness = WEAKNESSES[feedback.warning ?? ''];
  if (score < 3)
    return {
      parts: score < 2 ? 1 : 2,
      word: passwordStrength.easy,
      advice: weakness ?? passwordStrength.easyAdvice,
    };
  if (Array.from(normalized).length < MIN_CHARACTERS)
    return {
      parts: 2,
      word: passwordStrength.tooShort,
      advice: passwordStrength.minLength(MIN_CHARACTERS),
    };
  return score === 3
    ? { parts: 3, word: passwordStrength.good, advice: passwordStrength.goodAdvice }
    : { parts: 4, word: passwordStrength.strong, advice: '' };
}
