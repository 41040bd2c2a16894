import type { InspectorEvent, Party } from '../inspector-event.ts';
import type { Theft } from './inspector-log.ts';

/** How strongly an event is emphasized in the log. */
export type Tone = 'plain' | 'good' | 'notable' | 'danger';

type Refreshed = Extract<InspectorEvent, { kind: 'refreshed' }>;

const REFRESHES: Record<Refreshed['decision'], (generation: number) => string> = {
  rotate: (generation) =>
    `used refresh token ${generation - 1} and got token ${generation} for it (rotated).`,
  reissue: (generation) =>
    'got a new access token only (reissued): ' +
    `refresh token ${generation} is too new to be exchanged again.`,
  converge: (generation) =>
    `came with refresh token ${generation - 1}, which had just been exchanged, and was given ` +
    `the same successor, token ${generation} (converged).`,
  recover: (generation) =>
    `came with a token that the server had lost; it continues with token ${generation} (recovered).`,
};

const ACTORS: Record<Party, string> = { browser: 'This browser', thief: 'The thief' };

/** Describes an event for developers, in plain words and with the term of the protocol. */
export function describeInspectorEvent(event: InspectorEvent): string {
  switch (event.kind) {
    case 'issued':
      return 'Signed in: the session begins with refresh token 0.';
    case 'refreshed':
      return `${ACTORS[event.by]} ${REFRESHES[event.decision](event.generation)}`;
    case 'refused':
      return `${ACTORS[event.by]} was refused (${event.reason}).`;
    case 'reauthenticated':
      return 'Password confirmed.';
    case 'revoked':
      return `The session was ended (${event.reason}).`;
    case 'reuse':
      return (
        `${ACTORS[event.by]} presented refresh token ${event.presentedGeneration} again, though ` +
        `its successor was in use: the session was at token ${event.generation} (reuse). ` +
        `${sessions(event.sessionsEnded)} ended.`
      );
    case 'shared':
      return (
        `Refresh token ${event.presentedGeneration} came from two browsers or networks at ` +
        `once; both now hold token ${event.generation} (shared).`
      );
    case 'recovered':
      return (
        `The server continued from token ${event.presentedGeneration}; its store had ` +
        `known token ${event.generation}.`
      );
    case 'dropped':
      return 'The browser was told to forget its access token.';
    case 'copied':
      return `A thief copied refresh token ${event.generation}: two hold it now.`;
    case 'waiting':
      return event.why === 'settle'
        ? `The thief waits ${seconds(event.seconds)}: until then the token is too new to be ` +
            'exchanged (settle time).'
        : `The thief waits ${seconds(event.seconds)}: until then the copied token would still be ` +
            'given the same successor (grace).';
    case 'skipped':
      return (
        `${seconds(event.seconds)} of waiting were skipped: for this session, the server decides ` +
        'as if they had passed.'
      );
    case 'due':
      return 'The copied token is used up: the next presentation of it is reuse.';
  }
}

const TONES: Partial<Record<InspectorEvent['kind'], Tone>> = {
  issued: 'good',
  refreshed: 'good',
  refused: 'danger',
  revoked: 'danger',
  reuse: 'danger',
  shared: 'notable',
  recovered: 'notable',
  dropped: 'notable',
  copied: 'danger',
  waiting: 'notable',
  skipped: 'notable',
  due: 'notable',
};

export function toneOf(event: InspectorEvent): Tone {
  if (event.kind === 'refreshed' && event.by === 'thief') return 'danger';
  return TONES[event.kind] ?? 'plain';
}

/**
 * Describes the simulated theft, with `now` in milliseconds since the epoch; null if there is none.
 */
export function describeTheft(theft: Theft, now: number): string | null {
  switch (theft.stage) {
    case 'none':
      return null;
    case 'waiting': {
      const left = Math.max(0, Math.ceil((theft.until - now) / 1000));
      return theft.why === 'settle'
        ? `The thief can use the copy in ${seconds(left)}.`
        : `The copied token is used up in ${seconds(left)}.`;
    }
    case 'due':
      return 'The next use of the copied token, by this browser or the thief, reveals the theft.';
    case 'over':
      return `The theft is over. ${theft.last === null ? '' : describeInspectorEvent(theft.last)}`.trim();
  }
}

const seconds = (count: number) => `${Math.ceil(count)} s`;
const sessions = (count: number) => (count === 1 ? '1 session' : `${count} sessions`);
