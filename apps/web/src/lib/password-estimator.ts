import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * The word lists are heavy: only ever import this file with `import()`. The server judges with the
 * same lists.
 */
export const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
