export const tooManyAttempts = (wait: string) => `Too many attempts. Try again in ${wait}.`;
export const oneSecond = 'a second';
export const seconds = (count: number) => `${count} seconds`;
export const minutes = (count: number) => `${count} minutes`;
export const over = 'You can try again now.';
/** Spoken by a screen reader from time to time while a user waits. */
export const left = (seconds: number) =>
  seconds === 60 ? 'One minute left.' : `${seconds} seconds left.`;
