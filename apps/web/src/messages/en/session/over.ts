export const title = 'Sign in to continue';
export const explanation = 'Your session has ended.';
export const lead =
  'Everything on the page is as you left it. What you were about to send is sent once you are ' +
  'signed in.';
export const leave = 'Leave this page';
