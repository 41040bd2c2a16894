import type { TrialEvents, TrialHeader } from '@latchkey/server/inspector';
import type { TrialResult } from './trial-words.ts';

export const AT_ONCE = 10;

const TRIAL_HEADER: TrialHeader = 'x-inspector-trial';

/** No two trials of a session share a number, in several tabs or after a reload either. */
let last = Date.now();
const nextTrial = (): number => ++last;

/**
 * Tries something on this session.
 *
 * @returns the events that the requests of the trial caused
 * @throws Error with a message to show, when the server did not do it
 */
export async function runTrial(kind: TrialResult['kind']): Promise<TrialResult> {
  const trial = nextTrial();
  if (kind === 'race') {
    await expireAccessToken();
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(trial)));
    return { kind, statuses, events: await eventsOf(trial) };
  }
  const { events } = await act(kind, trial);
  return { kind, events };
}

/** A request that finds the access token expired renews it instead: the next one then drops it. */
async function expireAccessToken(): Promise<void> {
  const { events } = await act('expire', nextTrial());
  if (!events.some(({ kind }) => kind === 'dropped')) await act('expire', nextTrial());
}

/** @returns the HTTP status; 0 when no answer came */
async function ask(trial: number): Promise<number> {
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
      'What it caused is not known.',
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

async function answerOf(request: Promise<Response>, without: string): Promise<TrialEvents> {
  const response = await request.catch(() => null);
  if (!response) throw new Error(`The server is not answering. ${without}`);
  const answer = (await response.json()) as TrialEvents & { message?: string };
  if (!response.ok)
    throw new Error(`${answer.message ?? 'The server refused.'} (${response.status})`);
  return answer;
}
