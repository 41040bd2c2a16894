import { useSessionControl } from '@latchkey/react';
import { type FormEvent, useState } from 'react';
import { trpc } from './trpc';

export function LoginForm() {
  const [isNew, setIsNew] = useState(false);
  const enter = { onSuccess: useSessionControl().signedIn };
  const login = trpc.auth.login.useMutation(enter);
  const register = trpc.auth.register.useMutation(enter);
  const { mutate, isPending, error } = isNew ? register : login;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    mutate({ username: form.get('name') as string, password: form.get('password') as string });
  };

  return (
    <form onSubmit={submit}>
      <h1>{isNew ? 'Move in' : 'Sign in'}</h1>
      <input name="name" aria-label="Name" autoComplete="username" />
      <input name="password" type="password" aria-label="Password" />
      <button type="submit" disabled={isPending}>
        {isNew ? 'Register' : 'Enter'}
      </button>
      <button type="button" onClick={() => setIsNew(!isNew)}>
        {isNew ? 'I have an account' : 'I am new here'}
      </button>
      {error && <p role="alert">{error.message}</p>}
    </form>
  );
}
