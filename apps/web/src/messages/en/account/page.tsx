import type { ReactNode } from 'react';

export const title = 'Your account';
export const lead = (username: ReactNode, role: ReactNode) => (
  <>
    You are {username}, with the role {role}.
  </>
);
/** On a button that loads more rows, while it does. */
export const loading = 'Loading…';
