import { createLatchkey, LatchkeyProvider, latchkeyLink, Protected } from '@latchkey/react';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './server.ts';
import { SignIn } from './sign-in.tsx';

const queryClient = new QueryClient();
const latchkey = createLatchkey({ url: '/trpc', queryClient });
export const client = createTRPCClient<AppRouter>({
  links: [latchkeyLink(latchkey)],
});

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <LatchkeyProvider latchkey={latchkey}>
      <Protected signedOut={() => <SignIn send={client.auth.login.mutate} />}>
        <Mine />
      </Protected>
    </LatchkeyProvider>
  </QueryClientProvider>
);

function Mine() {
  const mine = useQuery({ queryKey: ['mine'], queryFn: () => client.mine.query() });
  return <p>{mine.data}</p>;
}
