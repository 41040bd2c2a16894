import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { judgePassword, type PasswordStrength, prepareStrength } from './password-strength.ts';

const PAUSE = 250;
const NOTHING = { password: '', username: '' };

/** Judges what is typed, once the typing pauses. Nothing is loaded before somebody types. */
export function usePasswordStrength() {
  const [typed, setTyped] = useState(NOTHING);
  const [strength, setStrength] = useState<PasswordStrength | null>(null);

  const clear = useCallback(() => setTyped(NOTHING), []);

  useEffect(() => {
    let outdated = false;
    const timer = setTimeout(async () => {
      const judged = await judgePassword(typed.password, typed.username);
      if (!outdated) setStrength(judged);
    }, PAUSE);
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [typed]);

  return {
    strength,
    onInput({ currentTarget: { value, form } }: FormEvent<HTMLInputElement>) {
      prepareStrength();
      form?.addEventListener('reset', clear);
      const name = form?.elements.namedItem('username');
      setTyped({ password: value, username: name instanceof HTMLInputElement ? name.value : '' });
    },
  };
}
