import { takeKnownSession } from '@latchkey/react';
import './styles.css';
import { focusManager } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/providers.tsx';
import { startSessionMonitor } from './features/session/session-monitor.ts';
import { latchkey } from './lib/api.ts';

startSessionMonitor(latchkey);
takeKnownSession(latchkey);

// Also listens to the focus of the window: the default listens to the visibility of the tab only,
// which does not change when the user switches windows.
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
