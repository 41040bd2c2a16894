import { takeKnownSession } from '@latchkey/react';
import './styles.css';
import { focusManager } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/providers.tsx';
import { startSessionMonitor } from './features/session/session-monitor.ts';
import { latchkey, queryClient } from './lib/api.ts';

startSessionMonitor(queryClient, latchkey);
takeKnownSession(queryClient);

// Switching windows gives focus without changing a tab's visibility, which is all the default
// listens to.
focusManager.setEventListener((onFocus) => {
  const listener = () => onFocus();
  window.addEventListener('visibilitychange', listener);
  window.addEventListener('focus', listener);
  return () => {
    window.removeEventListener('visibilitychange', listener);
    window.removeEventListener('focus', listener);
  };
});

const container = document.getElementById('root');
if (!container) throw new Error('index.html has no element with the id "root"');
createRoot(container).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
