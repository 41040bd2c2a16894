import type { ReactNode } from 'react';

export const label = (username: string) => `Account of ${username}`;
export const signedInAs = (username: ReactNode, role: ReactNode) => (
  <>
    Signed in as {username}
    <br />
    with the role {role}
  </>
);
export const account = 'Your account';
export const signOut = 'Sign out';
