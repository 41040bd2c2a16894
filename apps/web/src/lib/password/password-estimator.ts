import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * Estimates how hard a password is to guess, with the same word lists as the server. The lists are
 * large: import this file with `import()` only.
 */
export const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
