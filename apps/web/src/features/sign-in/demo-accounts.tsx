import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import * as signIn from '#messages/sign-in.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Button } from '../../components/form/button.tsx';
import { client } from '../../lib/api.ts';
import { useRetryWait } from '../../lib/form/use-retry-wait.ts';
import { describeSignInError } from './sign-in-errors.ts';

const USERNAMES = ['admin', 'bob'] as const;
const PASSWORD = 'password';

/** Signs in with one of the demo accounts, which exist outside production only. */
export function DemoAccounts() {
  const control = useSessionControl();
  const login = useMutation({
    mutationFn: (username: string) =>
      client.auth.login.mutate({ username, password: PASSWORD, remember: true }),
    onSuccess: () => control.signedIn(),
  });
  const wait = useRetryWait(login.error);
  return (
    <section
      aria-label={signIn.demoAccounts}
      className="mt-6 border-t border-line pt-4 text-sm text-ink-soft"
    >
      <p>{signIn.demoLead(PASSWORD)}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        {USERNAMES.map((username) => (
          <Button
            key={username}
            pending={login.isPending || wait > 0}
            onClick={() => login.mutate(username)}
          >
            {signIn.asDemoAccount(username)}
          </Button>
        ))}
      </div>
      {login.isError && (
        <Notice look="danger" role="alert" className="mt-3">
          {describeSignInError(login.error, wait === 0)}
        </Notice>
      )}
    </section>
  );
}
