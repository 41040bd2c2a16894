import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import * as signIn from '#messages/sign-in.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { CheckField } from '../../components/form/check-field.tsx';
import { PasswordField } from '../../components/form/password-field.tsx';
import { SubmitButton } from '../../components/form/submit-button.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { client } from '../../lib/api.ts';
import { useForm } from '../../lib/form/use-form.ts';
import { useRetryWait } from '../../lib/form/use-retry-wait.ts';
import { describeSignInError } from './sign-in-errors.ts';

const EMPTY = { username: signIn.usernameRequired, password: signIn.passwordRequired };

interface SignInFormProps {
  /** The username with which the form is filled in, if it is known. */
  username?: string;
  /** The initial choice for a session that outlives the browser window. */
  remember?: boolean;
}

export function SignInForm({ username, remember = true }: SignInFormProps) {
  const remembered = useRef<HTMLInputElement>(null);
  const control = useSessionControl();
  const login = useMutation({
    mutationFn: (credentials: Record<keyof typeof EMPTY, string>) =>
      client.auth.login.mutate({
        ...credentials,
        remember: remembered.current?.checked ?? remember,
      }),
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
