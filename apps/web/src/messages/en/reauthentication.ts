export const title = 'Your password, please';
export const lead = 'You last entered it a while ago. Enter it again to confirm that it is you.';
export const passwordLabel = 'Your password';
export const passwordRequired = 'Enter your password.';
export const confirm = 'Go on';
export const pending = 'Checking…';
