import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { createClients } from './trpc';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App clients={createClients()} />
  </StrictMode>,
);
