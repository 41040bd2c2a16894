import { withCsrfToken } from '@latchkey/react';
import { TRIAL_HEADER, type TrialEvents } from '../inspector-event.ts';
import type { TrialResult } from './describe-trial.ts';

/** The number of parallel requests in a race, which is one of the trials. */
export const RACE_SIZE = 10;

/**
 * Sends a request with the CSRF token: an app with `SameSite=Lax` cookies requires it for each
 * POST.
 */
const send = withCsrfToken((url, init) => fetch(url, init));

/**
 * The number of the last trial. Begins with the time, so that numbers differ across tabs and
 * reloads.
 */
let last = Date.now();
const nextTrial = (): number => ++last;

/**
 * Runs a trial on this session.
 *
 * @param path where the server's routes are
 * @param settles whether the settle time is skipped before a race
 * @returns the events that the requests of the trial caused
 * @throws Error with a message to show, if the server did not run it
 */
export async function runTrial(
  path: string,
  kind: TrialResult['kind'],
  { settles }: { readonly settles: boolean },
): Promise<TrialResult> {
  const trial = nextTrial();
  if (kind === 'race') {
    if (settles) await act(path, 'settle', nextTrial());
    await expireAccessToken(path);
    const statuses = await Promise.all(
      Array.from({ length: RACE_SIZE }, () => request(path, trial)),
    );
    return { kind, statuses, events: await eventsOf(path, trial) };
  }
  const { events } = await act(path, kind, trial);
  return { kind, events };
}

/**
 * Skips the waiting time of the simulated thief.
 *
 * @throws Error with a message to show, if the thief does not wait
 */
export async function skipWait(path: string): Promise<void> {
  await act(path, 'skip', nextTrial());
}

/**
 * Expires the access token. A request with an expired one renews it instead; then a second request
 * drops it.
 */
async function expireAccessToken(path: string): Promise<void> {
  const { events } = await act(path, 'expire', nextTrial());
  if (!events.some(({ kind }) => kind === 'dropped')) await act(path, 'expire', nextTrial());
}

/**
 * Sends a request that the session's middleware sees; this one exists in every app.
 *
 * @returns the HTTP status; 0 if there was no answer
 */
async function request(path: string, trial: number): Promise<number> {
  const headers = { accept: 'application/json', [TRIAL_HEADER]: String(trial) };
  return fetch(trialUrl(path, trial), { cache: 'no-store', headers }).then(
    ({ status }) => status,
    () => 0,
  );
}

const trialUrl = (path: string, trial: number) => `${path}/trials/${trial}`;

async function eventsOf(path: string, trial: number): Promise<TrialEvents['events']> {
  return (
    await answerOf(
      fetch(trialUrl(path, trial), { cache: 'no-store' }),
      'The events of the trial are unknown.',
    )
  ).events;
}

function act(
  path: string,
  what: 'expire' | 'theft' | 'settle' | 'skip',
  trial: number,
): Promise<TrialEvents> {
  const headers = { 'content-type': 'application/json', [TRIAL_HEADER]: String(trial) };
  return answerOf(
    send(`${path}/${what}`, { method: 'POST', headers, body: '{}' }),
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
