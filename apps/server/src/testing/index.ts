/**
 * For the trials and examples of this repository: servers, in this process and in one of their own.
 */
export type { Measurement } from './measured-main.ts';
export { requestCount } from './request-count.ts';
export { startApp } from './start-app.ts';
export { type ServerProcess, startedServer } from './start-process.ts';
