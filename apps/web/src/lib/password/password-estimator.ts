import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * The word lists are large: import this file with `import()` only. The server uses the same lists.
 */
export const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
