import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '~/trpc/react';

type Step = 'login' | 'signup' | 'verify';

export function SignIn() {
  const trpc = useTRPC();
  const { signedIn: enter } = useSessionControl();
  const [step, setStep] = useState<Step>('login');
  const [email, setEmail] = useState('');

  const login = useMutation(
    trpc.auth.login.mutationOptions({
      onSuccess: enter,
      onError: (error) => {
        if (error.data?.code === 'FORBIDDEN') setStep('verify');
      },
    }),
  );
  const signup = useMutation(
    trpc.auth.signup.mutationOptions({ onSuccess: () => setStep('verify') }),
  );
  const verify = useMutation(trpc.auth.verify.mutationOptions({ onSuccess: enter }));

  const submit = (form: FormData) => {
    const field = (name: string) => form.get(name) as string;
    if (step === 'verify') return verify.mutate({ email, code: field('code') });
    setEmail(field('email'));
    const credentials = { email: field('email'), password: field('password') };
    if (step === 'login') login.mutate(credentials);
    else signup.mutate({ ...credentials, name: field('name') });
  };
  const error = { login, signup, verify }[step].error;

  return (
    <form action={submit}>
      <h1>{{ login: 'Sign in', signup: 'New account', verify: 'Verify your e-mail' }[step]}</h1>
      {step === 'verify' ? (
        <input name="code" aria-label="Code" inputMode="numeric" />
      ) : (
        <>
          {step === 'signup' && <input name="name" aria-label="Name" />}
          <input name="email" type="email" aria-label="E-mail" defaultValue={email} />
          <input name="password" type="password" aria-label="Password" />
        </>
      )}
      <button type="submit">Continue</button>
      {step === 'login' && (
        <button type="button" onClick={() => setStep('signup')}>
          New here?
        </button>
      )}
      {error && <p role="alert">{error.message}</p>}
    </form>
  );
}
