import type { ReactNode } from 'react';

export const overview = 'Overview';
export const users = 'Users';
export const sessions = 'Sessions';
export const auditLog = 'Audit log';
export const keys = 'Keys';
export const administration = 'Administration';
export const thatGreetingIsTheServers =
  'That greeting is the server’s answer to a question only administrators may ask. It looked at your session, not at this page, and it will look again each time.';
export const firstPage = 'First page';
export const nextPage = 'Next page';
export const notForYourRole = 'Not for your role';
export const ifYouNeedItFor =
  'If you need it for your work, ask an administrator to change your role.';
export const backToTheDashboard = 'Back to the dashboard';
export const theServerIsNotAnswering =
  'The server is not answering, so nothing was done. Try again in a moment.';
export const nothingWasDoneYourPassword = 'Nothing was done: your password was not given.';
export const somethingWentWrongOnThe = 'Something went wrong on the server. Try again in a moment.';
export const roleRequired = (needed: ReactNode, username: ReactNode, role: ReactNode) => (
  <>
    This page needs the role {needed}. You are signed in as {username} with the role {role}.
  </>
);
export const admin = 'Admin';
