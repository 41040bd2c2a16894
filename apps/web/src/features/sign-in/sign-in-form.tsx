import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import * as signIn from '#messages/sign-in.ts';
import { CheckField } from '../../components/ui/check-field.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PasswordField } from '../../components/ui/password-field.tsx';
import { SubmitButton } from '../../components/ui/submit-button.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { client } from '../../lib/api.ts';
import { useForm } from '../../lib/use-form.ts';
import { useRetryWait } from '../../lib/use-retry-wait.ts';
import { describeSignInError } from './sign-in-words.ts';

const EMPTY = { username: signIn.usernameRequired, password: signIn.passwordRequired };

interface SignInFormProps {
  /** Whoever is expected; the password is then all that is missing. */
  username?: string;
  /** Whether to go on after the browser is closed, unless they choose otherwise. */
  remember?: boolean;
}

export function SignInForm({ username, remember = true }: SignInFormProps) {
  const remembered = useRef<HTMLInputElement>(null);
  const control = useSessionControl();
  const login = useMutation({
    mutationFn: (pair: Record<keyof typeof EMPTY, string>) =>
      client.auth.login.mutate({ ...pair, remember: remembered.current?.checked ?? remember }),
    onSuccess: () => control.signedIn(),
  });
  const wait = useRetryWait(login.error);
  const { form, errors, failure } = useForm({ empty: EMPTY, mutation: login, wait });

  return (
    <form {...form} aria-label={signIn.title} className="flex flex-col gap-5">
      {failure !== null && (
        <Notice look="danger" role="alert" tabIndex={-1}>
          {describeSignInError(failure, wait === 0)}
        </Notice>
      )}
      <TextField
        label={signIn.username}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        defaultValue={username}
        autoFocus={username === undefined}
        maxLength={256}
        error={errors.username}
      />
      <PasswordField
        label={signIn.password}
        name="password"
        autoComplete="current-password"
        maxLength={1024}
        error={errors.password}
      />
      <CheckField ref={remembered} label={signIn.remember} defaultChecked={remember} />
      <SubmitButton wait={wait} pending={login.isPending} className="mt-1 min-h-11">
        {login.isPending ? signIn.pending : signIn.title}
      </SubmitButton>
    </form>
  );
}
