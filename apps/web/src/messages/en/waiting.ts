export const youCanTryAgainNow = 'You can try again now.';
export const aSecond = 'a second';
export const seconds = (count: number) => `${count} seconds`;
export const minutes = (count: number) => `${count} minutes`;
export const tooManyAttempts = (wait: string) => `Too many attempts. Try again in ${wait}.`;
/** Said now and then while somebody waits. */
export const left = (seconds: number) =>
  seconds === 60 ? 'One minute left.' : `${seconds} seconds left.`;
