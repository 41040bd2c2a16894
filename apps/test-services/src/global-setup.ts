import { startShared } from './shared.ts';

/**
 * Starts the shared servers. Vitest calls this before the first process test of a run, and the
 * returned function after the last.
 */
export default startShared;
