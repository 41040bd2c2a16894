import type { ReactNode } from 'react';

export const title = 'Admin';
export const lead =
  'The server gives this greeting to administrators only. It checks your session each time, ' +
  'whatever this page shows.';

export const navLabel = 'Administration';
export const overview = 'Overview';
export const users = 'Users';
export const sessions = 'Sessions';
export const auditLog = 'Audit log';
export const keys = 'Keys';

export const user = 'User';
export const actions = 'Actions';
export const usernameSearch = 'Find a username';
export const matchesAnywhere = 'Matches anywhere in a name.';
export const matchesBeginning =
  'Matches the beginning of a name. Three letters or more may match anywhere.';
export const partial =
  'The search looked at thousands of entries and stopped here. The next page goes on.';
export const firstPage = 'First page';
export const nextPage = 'Next page';

export const unreachable =
  'The server is not answering, so nothing was done. Try again in a moment.';
export const notReauthenticated = 'Nothing was done: the password was not confirmed.';

export const roleRequired = 'Not for your role';
export const roleRequiredLead = (needed: ReactNode, username: ReactNode, role: ReactNode) => (
  <>
    This page needs the role {needed}. You are signed in as {username} with the role {role}.
  </>
);
export const roleRequiredHint =
  'If you need it for your work, ask an administrator to change your role.';
export const toDashboard = 'Back to the dashboard';
