import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../../components/ui/button.tsx';
import { NewPasswordField } from '../../components/ui/new-password-field.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { client } from '../../lib/api.ts';
import { fieldErrors } from '../../lib/field-errors.ts';
import { useForm } from '../../lib/use-form.ts';
import { describeSignUpError } from './sign-up-words.ts';

const EMPTY = { username: 'Choose a username.', password: 'Choose a password.' };
const FIELDS = { username: 'username', password: 'password' } as const;

export function SignUpForm() {
  const control = useSessionControl();
  const signUp = useMutation({
    mutationFn: (chosen: Record<keyof typeof EMPTY, string>) => client.account.signUp.mutate(chosen),
    onSuccess: () => control.signedIn(),
  });
  const { form, errors, failure } = useForm({ empty: EMPTY, mutation: signUp, refused: (error) => fieldErrors(error, FIELDS) });

  return (
    <form {...form} aria-label="Create an account" className="flex flex-col gap-5">
      {failure !== null && (
        <Notice look="danger" role="alert" tabIndex={-1}>
          {describeSignUpError(failure)}
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
        error={errors.username}
      />
      <NewPasswordField label="Password" name="password" error={errors.password} />
      <Button type="submit" look="primary" pending={signUp.isPending} className="mt-1 min-h-11">
        {signUp.isPending ? 'Creating your account…' : 'Create account'}
      </Button>
    </form>
  );
}
