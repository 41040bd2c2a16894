/** Thrown when no further check is possible, after a finding that says why. */
export class Stop extends Error {}
