import type { TrialEvents, TrialHeader } from '@latchkey/server/inspector';
import type { TrialResult } from './describe-trial.ts';

/** The number of parallel requests in a race. */
export const RACE_SIZE = 10;

const TRIAL_HEADER: TrialHeader = 'x-inspector-trial';

/** Trials of a session need distinct numbers, across tabs and reloads. */
let last = Date.now();
const nextTrial = (): number => ++last;

/**
 * Runs a trial on this session.
 *
 * @returns the events that the requests of the trial caused
 * @throws Error with a message to show, if the server did not run it
 */
export async function runTrial(kind: TrialResult['kind']): Promise<TrialResult> {
  const trial = nextTrial();
  if (kind === 'race') {
    await expireAccessToken();
    const statuses = await Promise.all(Array.from({ length: RACE_SIZE }, () => request(trial)));
    return { kind, statuses, events: await eventsOf(trial) };
  }
  const { events } = await act(kind, trial);
  return { kind, events };
}

/** A request with an expired access token renews it instead; then the next one drops it. */
async function expireAccessToken(): Promise<void> {
  const { events } = await act('expire', nextTrial());
  if (!events.some(({ kind }) => kind === 'dropped')) await act('expire', nextTrial());
}

/** @returns the HTTP status; 0 if there was no answer */
async function request(trial: number): Promise<number> {
  const headers = { accept: 'application/json', [TRIAL_HEADER]: String(trial) };
  return fetch('/dashboard', { cache: 'no-store', headers }).then(
    ({ status }) => status,
    () => 0,
  );
}

async function eventsOf(trial: number): Promise<TrialEvents['events']> {
  return (
    await answerOf(
      fetch(`/__inspector/trials/${trial}`, { cache: 'no-store' }),
      'The events of the trial are unknown.',
    )
  ).events;
}

function act(what: 'expire' | 'theft', trial: number): Promise<TrialEvents> {
  const headers = { 'content-type': 'application/json', [TRIAL_HEADER]: String(trial) };
  return answerOf(
    fetch(`/__inspector/${what}`, { method: 'POST', headers, body: '{}' }),
    'Nothing was done.',
  );
}

async function answerOf(request: Promise<Response>, consequence: string): Promise<TrialEvents> {
  const response = await request.catch(() => null);
  if (!response) throw new Error(`The server is not answering. ${consequence}`);
  const answer = (await response.json()) as TrialEvents & { message?: string };
  if (!response.ok)
    throw new Error(`${answer.message ?? 'The server refused.'} (${response.status})`);
  return answer;
}
