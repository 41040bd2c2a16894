import '../styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gallery } from './gallery.tsx';

const container = document.getElementById('root');
if (!container) throw new Error('gallery.html has no element with the id "root"');
createRoot(container).render(
  <StrictMode>
    <Gallery />
  </StrictMode>,
);
