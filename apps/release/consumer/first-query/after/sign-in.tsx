import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';

type Send = (input: { username: string; password: string }) => Promise<unknown>;

export function SignIn({ send }: { send: Send }) {
  const { signedIn } = useSessionControl();
  const { mutate, error } = useMutation({ mutationFn: send, onSuccess: signedIn });
  const submit = (form: FormData) =>
    mutate({
      username: form.get('username') as string,
      password: form.get('password') as string,
    });
  return (
    <form action={submit}>
      <input name="username" aria-label="Username" />
      <input name="password" type="password" aria-label="Password" />
      <button type="submit">Sign in</button>
      {error && <p role="alert">{error.message}</p>}
    </form>
  );
}
