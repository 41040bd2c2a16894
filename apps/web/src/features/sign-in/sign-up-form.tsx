import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import * as signIn from '#messages/sign-in.ts';
import * as signUp from '#messages/sign-up.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { NewPasswordField } from '../../components/form/new-password-field.tsx';
import { SubmitButton } from '../../components/form/submit-button.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { client } from '../../lib/api.ts';
import { fieldErrors } from '../../lib/form/field-errors.ts';
import { useForm } from '../../lib/form/use-form.ts';
import { useRetryWait } from '../../lib/form/use-retry-wait.ts';
import { describeSignUpError } from './sign-up-errors.ts';

const EMPTY = { username: signUp.usernameRequired, password: signUp.passwordRequired };
const FIELDS = { username: 'username', password: 'password' } as const;

export function SignUpForm() {
  const control = useSessionControl();
  const register = useMutation({
    mutationFn: (chosen: Record<keyof typeof EMPTY, string>) =>
      client.account.signUp.mutate(chosen),
    onSuccess: () => control.signedIn(),
  });
  const wait = useRetryWait(register.error);
  const { form, errors, failure } = useForm({
    empty: EMPTY,
    mutation: register,
    wait,
    refused: (error) => fieldErrors(error, FIELDS),
  });

  return (
    <form {...form} aria-label={signUp.title} className="flex flex-col gap-5">
      {failure !== null && (
        <Notice look="danger" role="alert" tabIndex={-1}>
          {describeSignUpError(failure, wait === 0)}
        </Notice>
      )}
      <TextField
        label={signIn.username}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        autoFocus
        maxLength={256}
        error={errors.username}
      />
      <NewPasswordField label={signIn.password} name="password" error={errors.password} />
      <SubmitButton wait={wait} pending={register.isPending} className="mt-1 min-h-11">
        {register.isPending ? signUp.pending : signUp.submit}
      </SubmitButton>
    </form>
  );
}
