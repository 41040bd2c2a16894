import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { httpBatchLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import type { ReactNode } from 'react';
import type { AppRouter } from './server.ts';

export const trpc = createTRPCReact<AppRouter>();

/** One client of each kind per page. */
export function createClients(url: string) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000 } } });
  return { queryClient, client: trpc.createClient({ links: [httpBatchLink({ url })] }) };
}

export function App({ clients }: { clients: ReturnType<typeof createClients> }) {
  return (
    <trpc.Provider client={clients.client} queryClient={clients.queryClient}>
      <QueryClientProvider client={clients.queryClient}>
        <Protected signedOut={<SignIn />}>
          <Board />
        </Protected>
      </QueryClientProvider>
    </trpc.Provider>
  );
}

/** Renders its children for a caller who is signed in. */
function Protected({ children, signedOut }: { children: ReactNode; signedOut: ReactNode }) {
  const me = trpc.me.useQuery();
  if (me.isPending) return <p>One moment …</p>;
  return me.data ? children : signedOut;
}

function SignIn() {
  const utils = trpc.useUtils();
  const signIn = trpc.signIn.useMutation({ onSuccess: () => utils.invalidate() });
  const submit = (form: FormData) =>
    signIn.mutate({ email: form.get('email') as string, password: form.get('password') as string });
  return (
    <form action={submit}>
      <input name="email" type="email" aria-label="E-mail address" />
      <input name="password" type="password" aria-label="Password" />
      <button type="submit">Sign in</button>
      {signIn.error && <p role="alert">{signIn.error.message}</p>}
    </form>
  );
}

function Board() {
  const utils = trpc.useUtils();
  const me = trpc.me.useQuery();
  const notices = trpc.notices.useQuery();
  const signOut = trpc.signOut.useMutation({ onSuccess: () => utils.invalidate() });
  return (
    <main>
      <h1>Hello {me.data?.email}</h1>
      <ul>
        {notices.data?.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
      <button type="button" onClick={() => signOut.mutate()}>
        Sign out
      </button>
    </main>
  );
}
