export const lead = (username: string, role: string, lifetime: string) =>
  `You are signed in as ${username} with the role ${role}. Your access token lasts ` +
  `${lifetime}; when it expires, the server renews it in the next request and you notice ` +
  'nothing.';
export const greetingFailed =
  'The server could not greet you. Everything else on this page still works.';
