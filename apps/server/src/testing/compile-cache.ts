import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For the environment of a process that a test starts: what Node has compiled for the one before is
 * used again, which nearly halves the time of a start.
 */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'latchkey-compile-cache') };
