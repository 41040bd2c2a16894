import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { Inspector } from './index.ts';

it('Inspector renders an empty host where there is no document', () => {
  expect(renderToString(<Inspector theme="dark" />)).toBe('<div data-theme="dark"></div>');
});
