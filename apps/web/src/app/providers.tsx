import { LatchkeyProvider } from '@latchkey/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { latchkey, queryClient } from '../lib/api.ts';
import { router } from './router.tsx';

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <LatchkeyProvider latchkey={latchkey}>
        <RouterProvider router={router} />
      </LatchkeyProvider>
    </QueryClientProvider>
  );
}
