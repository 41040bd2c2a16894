import type { InspectorEvent } from '../inspector-event.ts';
import type { Theft } from './inspector-log.ts';

/** How strongly an event is emphasized in the log. */
export type Tone = 'plain' | 'good' | 'notable' | 'danger';

const REFRESHES = {
  rotate: 'rotated: a new access and refresh token',
  reissue: 'reissued: a new access token, because it is too soon to rotate',
  converge: 'converged: joined a rotation that had just been made',
  recover: 'recovered: the server had lost a write and continued from this token',
};

const ACTORS = { browser: 'This browser', thief: 'The thief' };

/** Describes an event for developers, in terms of the protocol. */
export function describeInspectorEvent(event: InspectorEvent): string {
  switch (event.kind) {
    case 'issued':
      return 'Session issued: generation 0.';
    case 'refreshed':
      return `${ACTORS[event.by]} ${REFRESHES[event.decision]}. Generation ${event.generation}.`;
    case 'refused':
      return `${ACTORS[event.by]} was refused: ${event.reason}.`;
    case 'reauthenticated':
      return 'Password confirmed.';
    case 'revoked':
      return `Session revoked: ${event.reason}.`;
    case 'reuse':
      return (
        `Reuse: a token of generation ${event.presentedGeneration} was presented when ` +
        `${event.generation} was in use. ${sessions(event.sessionsEnded)} ended.`
      );
    case 'shared':
      return (
        `Generation ${event.presentedGeneration} came from two browsers or networks at ` +
        `once; both now hold ${event.generation}.`
      );
    case 'recovered':
      return (
        `Recovered from generation ${event.presentedGeneration}; the store had known ` +
        `${event.generation}.`
      );
    case 'dropped':
      return 'The browser was told to forget its access token.';
    case 'copied':
      return `A thief has copied the refresh token of generation ${event.generation}.`;
    case 'waiting':
      return event.why === 'settle'
        ? `The thief waits ${seconds(event.seconds)}: until the settle time is over, the token ` +
            'gets an access token only.'
        : `The thief holds a session. For ${seconds(event.seconds)}, the grace, the copied ` +
            'token still converges.';
    case 'due':
      return 'The copied token is used up: presenting it again is reuse.';
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
        ? `The thief can rotate in ${seconds(left)}.`
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
