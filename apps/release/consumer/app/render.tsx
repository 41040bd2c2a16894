import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { Page } from './page';

console.log(
  renderToString(
    <StrictMode>
      <Page />
    </StrictMode>,
  ),
);
