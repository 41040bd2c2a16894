import { startShared } from './shared.ts';

/** Vitest calls this before the first process test of a run, and its result after the last. */
export default startShared;
