import { QueryClientProvider } from '@tanstack/react-query';
import { AuthProvider } from './auth/AuthProvider';
import { Chores } from './Chores';
import { type Clients, trpc } from './trpc';

export function App({ clients }: { clients: Clients }) {
  return (
    <trpc.Provider client={clients.client} queryClient={clients.queryClient}>
      <QueryClientProvider client={clients.queryClient}>
        <AuthProvider session={clients.session}>
          <Chores />
        </AuthProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}
