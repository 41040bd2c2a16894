export const title = 'Confirm your password';
export const lead = 'You last entered it a while ago. Enter it again to confirm that it is you.';
export const passwordLabel = 'Your password';
export const passwordRequired = 'Enter your password.';
export const confirm = 'Continue';
export const pending = 'Checking…';
