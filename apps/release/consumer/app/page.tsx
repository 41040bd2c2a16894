import {
  createLatchkey,
  LatchkeyProvider,
  latchkeyLink,
  Protected,
  useReauthentication,
  useSessionControl,
  useUser,
} from '@latchkey/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './server';

// The page of the same app, also with React 18. Exported hooks get declarations (C7).
export const useAgain = () => useReauthentication(() => {});
export const useControl = () => useSessionControl();
export const useMe = () => useUser();

export const queryClient = new QueryClient();
export const latchkey = createLatchkey({ url: 'http://localhost/trpc', queryClient });
export const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });

export const signIn = () =>
  client.auth.login.mutate({ email: 'ada@example.org', password: 'right' });

export function Page() {
  return (
    <QueryClientProvider client={queryClient}>
      <LatchkeyProvider latchkey={latchkey}>
        <Protected signedOut={() => <p>Sign in</p>} pending={<p>One moment</p>}>
          <Name />
        </Protected>
      </LatchkeyProvider>
    </QueryClientProvider>
  );
}

function Name() {
  return <b>{useMe().username}</b>;
}
