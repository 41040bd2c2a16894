import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Environment variables that let child processes reuse Node's compile cache, which nearly halves
 * their start time.
 */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'latchkey-compile-cache') };
