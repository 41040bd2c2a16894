import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { estimatePassword, type PasswordStrength, preloadEstimator } from './password-strength.ts';

const PAUSE_MS = 250;
const EMPTY = { password: '', username: '' };

/**
 * Estimates the typed password when the typing pauses. The word lists are loaded at the first key.
 */
export function usePasswordStrength() {
  const [typed, setTyped] = useState(EMPTY);
  const [strength, setStrength] = useState<PasswordStrength | null>(null);

  const clear = useCallback(() => setTyped(EMPTY), []);

  useEffect(() => {
    let outdated = false;
    const timer = setTimeout(async () => {
      const estimate = await estimatePassword(typed.password, typed.username);
      if (!outdated) setStrength(estimate);
    }, PAUSE_MS);
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [typed]);

  return {
    strength,
    onInput({ currentTarget: { value, form } }: FormEvent<HTMLInputElement>) {
      preloadEstimator();
      form?.addEventListener('reset', clear);
      const name = form?.elements.namedItem('username');
      setTyped({ password: value, username: name instanceof HTMLInputElement ? name.value : '' });
    },
  };
}
