import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PasswordField } from '../../components/ui/password-field.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { useSessionControl } from '../../lib/session/session-context.ts';
import { trpc } from '../../lib/trpc.ts';
import { describeSignInError } from './sign-in-words.ts';

type Missing = Partial<Record<'username' | 'password', string>>;

export function SignInForm() {
  const control = useSessionControl();
  const login = trpc.auth.login.useMutation({ onSuccess: () => control.signedIn() });
  const [missing, setMissing] = useState<Missing>({});
  const failure = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (login.error) failure.current?.focus();
  }, [login.error]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (login.isPending) return;
    const form = event.currentTarget;
    const { username = '', password = '' } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const gaps: Missing = { ...(!username && { username: 'Enter your username.' }), ...(!password && { password: 'Enter your password.' }) };
    setMissing(gaps);
    const [gap] = Object.keys(gaps);
    if (gap) form.querySelector<HTMLInputElement>(`[name=${gap}]`)?.focus();
    else login.mutate({ username, password });
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Sign in" className="flex flex-col gap-5">
      {login.error && (
        <Notice ref={failure} look="danger" role="alert" tabIndex={-1}>
          {describeSignInError(login.error)}
        </Notice>
      )}
      <TextField
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        autoFocus
        maxLength={256}
        error={missing.username}
      />
      <PasswordField label="Password" name="password" autoComplete="current-password" maxLength={1024} error={missing.password} />
      <Button type="submit" look="primary" pending={login.isPending} className="mt-1 min-h-11">
        {login.isPending ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}
