/** Returns the time of this machine's clock, in milliseconds since the epoch. */
export const now = (): number => Date.now();
