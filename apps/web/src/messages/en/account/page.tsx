import type { ReactNode } from 'react';

export const title = 'Your account';
export const lead = (username: ReactNode, role: ReactNode) => (
  <>
    You are {username}, with the role {role}.
  </>
);
/** Shown on a button that loads more rows, while it loads them. */
export const loading = 'Loading…';
