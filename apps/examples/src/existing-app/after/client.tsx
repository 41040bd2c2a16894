import {
  createLatchkey,
  LatchkeyProvider,
  latchkeyLink,
  Protected,
  useSessionControl,
} from '@latchkey/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCReact } from '@trpc/react-query';
import type { AppRouter } from './server.ts';

export const trpc = createTRPCReact<AppRouter>();

/** One client of each kind per page. */
export function createClients(url: string) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000 } } });
  const latchkey = createLatchkey({ url, queryClient });
  return { queryClient, latchkey, client: trpc.createClient({ links: [latchkeyLink(latchkey)] }) };
}

export function App({ clients }: { clients: ReturnType<typeof createClients> }) {
  return (
    <trpc.Provider client={clients.client} queryClient={clients.queryClient}>
      <QueryClientProvider client={clients.queryClient}>
        <LatchkeyProvider latchkey={clients.latchkey}>
          <Protected signedOut={() => <SignIn />} pending={<p>One moment …</p>}>
            <Board />
          </Protected>
        </LatchkeyProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}

function SignIn() {
  const signIn = trpc.auth.login.useMutation({ onSuccess: useSessionControl().signedIn });
  const submit = (form: FormData) =>
    signIn.mutate({
      username: form.get('email') as string,
      password: form.get('password') as string,
    });
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
  const { signedOut } = useSessionControl();
  const me = trpc.me.useQuery();
  const notices = trpc.notices.useQuery();
  const signOut = trpc.auth.logout.useMutation({ onSuccess: () => signedOut() });
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
