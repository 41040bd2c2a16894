/**
 * Starts test servers for the trials and examples of this repository, in the same process and in
 * child processes.
 */
export { commandLine } from './command-line.ts';
export type { Measurement } from './measured-main.ts';
export { processFixture, signIn } from './process-fixture.ts';
export { requestCount } from './request-count.ts';
export { startApp, type TestServer } from './start-app.ts';
export { type ServerProcess, startedServer } from './start-process.ts';
export { caller } from './trpc-caller.ts';
