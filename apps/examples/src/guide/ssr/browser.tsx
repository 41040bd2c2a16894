import { hydrateRoot } from 'react-dom/client';
import { App, createClients } from './app.tsx';

const state = JSON.parse(document.getElementById('state')?.textContent ?? '{}');
const root = document.getElementById('root');
if (root) hydrateRoot(root, <App clients={createClients(state)} />);
