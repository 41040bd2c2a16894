import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { Page } from './page';

// React 18 writes its complaints about a rendering on the server there.
console.error = (message) => {
  throw new Error(String(message));
};
console.log(
  renderToString(
    <StrictMode>
      <Page />
    </StrictMode>,
  ),
);
