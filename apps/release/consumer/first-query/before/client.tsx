import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { createTRPCClient, httpBatchStreamLink } from '@trpc/client';
import type { AppRouter } from './server.ts';

const queryClient = new QueryClient();
export const client = createTRPCClient<AppRouter>({
  links: [httpBatchStreamLink({ url: '/trpc' })],
});

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <Mine />
  </QueryClientProvider>
);

function Mine() {
  const mine = useQuery({ queryKey: ['mine'], queryFn: () => client.mine.query() });
  return <p>{mine.data}</p>;
}
