import { createStore } from '@latchkey/react';

export const THEMES = ['light', 'system', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * The key of the theme in the local storage, which public/theme.js reads before the first paint.
 */
const KEY = 'theme';

/** The theme that was chosen in this browser; `system` if none was. */
export const theme = createStore<Theme>(readTheme());

export function chooseTheme(chosen: Theme): void {
  theme.set(chosen);
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  try {
    if (chosen === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // If storage is blocked, the choice lasts as long as the page.
  }
}

function readTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
