import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '~/app/app';
import { createClients } from '~/trpc/react';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App clients={createClients()} />
  </StrictMode>,
);
