import { type FormEvent, useState } from 'react';
import type { Session } from './session';

export function LoginForm({ session }: { session: Session }) {
  const [isNew, setIsNew] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await session.login(
        isNew ? 'register' : 'login',
        form.get('name') as string,
        form.get('password') as string,
      );
    } catch (reason) {
      setError((reason as Error).message);
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{isNew ? 'Move in' : 'Sign in'}</h1>
      <input name="name" aria-label="Name" autoComplete="username" />
      <input name="password" type="password" aria-label="Password" />
      <button type="submit" disabled={busy}>
        {isNew ? 'Register' : 'Enter'}
      </button>
      <button type="button" onClick={() => setIsNew(!isNew)}>
        {isNew ? 'I have an account' : 'I am new here'}
      </button>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}
