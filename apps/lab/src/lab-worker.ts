import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './job.ts';

parentPort?.on(
  'message',
  (job: Job) => void runJob(job).then((tally) => parentPort?.postMessage(tally)),
);
