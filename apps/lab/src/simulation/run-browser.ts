import { type EventQueue, eventQueue } from './event-queue.ts';
import type { Happening } from './plan.ts';
import type { Answer, Contender, Cookies, Jar } from './rule.ts';
import type { Thief } from './thieves.ts';

/** The start of the simulation: any fixed time, far from zero. */
export const EPOCH = Date.UTC(2027, 0, 1);
/** Seconds that an acknowledgement waits to be written in a batch. */
const WRITES_AFTER = 0.2;
/** Seconds between two backups of the store. */
const BACKUP_EVERY = 10;

/** One line of a history. `at` is in seconds from sign-in. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

export interface Run {
  /** When an honest browser was refused for the first time, in seconds from sign-in, and why. */
  readonly refused: { readonly at: number; readonly reason: string } | null;
  readonly ended: boolean;
  /** Number of refreshes that were answered with a new or the current refresh token. */
  readonly rotations: number;
  readonly theft: Theft | null;
}

/** The outcome of a theft. Times are in seconds from the copy of the cookies. */
export interface Theft {
  readonly lastUse: number | null;
  readonly suspected: boolean;
}

type Event =
  | Happening
  | {
      readonly kind: 'arrives';
      readonly request: Extract<Happening, { kind: 'request' }>;
      readonly jar: Pick<Jar, 'refresh'> & { readonly access: string | null };
    }
  | {
      readonly kind: 'headers';
      readonly request: Extract<Happening, { kind: 'request' }>;
      readonly cookies: Cookies;
    }
  | { readonly kind: 'reply'; readonly cookies: Cookies }
  | { readonly kind: 'writes' }
  | { readonly kind: 'backup' }
  | { readonly kind: 'steals' }
  | { readonly kind: 'thief' };

/**
 * Simulates one browser, one server and an optional thief. The plan contains all randomness: the
 * same plan gives the same history.
 *
 * @param note called with each event, for a timeline
 */
export async function runBrowser(
  contender: Contender,
  plan: readonly Happening[],
  thief: Thief | null,
  note: (line: Line) => void = () => {},
): Promise<Run> {
  const queue: EventQueue<Event> = eventQueue();
  for (const happening of plan) queue.put(happening.at, happening);
  if (plan.some(({ kind }) => kind === 'restore')) queue.put(0, { kind: 'backup' });
  if (thief) queue.put(thief.stealsAt, { kind: 'steals' });

  const last = plan.reduce((latest, { at }) => Math.max(latest, at), 0);
  let jar: Jar = await contender.signIn(EPOCH);
  let stolen: Jar | null = null;
  let refused: Run['refused'] = null;
  let rotations = 0;
  let lastUse: number | null = null;
  let writing = false;
  const names = new Map<string, string>();
  const backups: { at: number; restore: () => Promise<void> }[] = [];

  for (let event = queue.take(); event; event = queue.take()) {
    const { at, what } = event;
    const now = EPOCH + at * 1000;
    const say = (text: string) => note({ at, text });
    switch (what.kind) {
      case 'request': {
        const access = jar.accessExpiresAt > now && !what.withoutAccess ? jar.access : null;
        say(`the browser sends ${access ? 'an access token and ' : ''}${name(jar.refresh)}`);
        queue.put(at + what.requestTakes, {
          kind: 'arrives',
          request: what,
          jar: { access, refresh: jar.refresh },
        });
        break;
      }
      case 'arrives': {
        const answer = await contender.request(
          what.jar.access,
          what.jar.refresh,
          'browser',
          Math.round(now + what.request.clockOff * 1000),
        );
        say(`${name(what.jar.refresh)} arrives: ${describe(answer)}`);
        countAndWrite(answer, at);
        if (!answer.served) refused ??= { at, reason: answer.reason };
        if (answer.cookies)
          queue.put(at + what.request.handlerTakes, {
            kind: 'headers',
            request: what.request,
            cookies: answer.cookies,
          });
        break;
      }
      case 'headers': {
        const late = contender.isTooLate(what.cookies.decidedAt, now);
        if (late) say('its cookies are too late, and not written');
        else if (what.request.lost) say('the response is lost');
        else queue.put(at + what.request.responseTakes, { kind: 'reply', cookies: what.cookies });
        break;
      }
      case 'reply':
        jar = {
          access: what.cookies.access,
          accessExpiresAt: what.cookies.accessExpiresAt,
          refresh: what.cookies.refresh ?? jar.refresh,
        };
        say(`the browser now holds ${name(jar.refresh)}`);
        break;
      case 'writes':
        writing = false;
        await contender.settle();
        break;
      case 'restart':
        contender.restart();
        say('a node restarts and loses what it had not written');
        break;
      case 'backup':
        backups.push({ at, restore: await contender.snapshot() });
        if (at + BACKUP_EVERY <= last) queue.put(at + BACKUP_EVERY, { kind: 'backup' });
        break;
      case 'restore':
        await backups.findLast((backup) => backup.at <= at - what.age)?.restore();
        say(`the store is restored to its state ${what.age.toFixed(0)} s ago`);
        break;
      case 'steals':
        stolen = jar;
        say(`a thief copies the cookies: ${name(jar.refresh)}`);
        again(at, jar);
        break;
      case 'thief': {
        if (!stolen) break;
        const access = stolen.accessExpiresAt > now ? stolen.access : null;
        const answer = await contender.request(access, stolen.refresh, 'thief', Math.round(now));
        say(`the thief presents ${name(stolen.refresh)}: ${describe(answer)}`);
        countAndWrite(answer, at);
        if (!answer.served) break;
        lastUse = at - (thief?.stealsAt ?? 0);
        if (answer.cookies)
          stolen = { ...answer.cookies, refresh: answer.cookies.refresh ?? stolen.refresh };
        again(at, stolen);
      }
    }
  }
  await contender.settle();
  return {
    refused,
    ended: await contender.isEnded(),
    rotations,
    theft: thief && { lastUse, suspected: contender.suspects() },
  };

  /**
   * Returns a name such as `r0` for each token, in order of appearance: secrets differ between
   * runs, and a history must not.
   */
  function name(token: string): string {
    const known = names.get(token) ?? `r${names.size}`;
    names.set(token, known);
    return known;
  }

  function describe({ served, reason, cookies }: Answer): string {
    if (!served) return `REFUSED (${reason})`;
    return cookies?.refresh ? `${reason}, delivers ${name(cookies.refresh)}` : reason;
  }

  function again(at: number, held: Jar): void {
    const next = thief?.next(at, (held.accessExpiresAt - EPOCH) / 1000) ?? Number.POSITIVE_INFINITY;
    if (next <= last) queue.put(next, { kind: 'thief' });
  }

  function countAndWrite({ cookies }: Answer, at: number): void {
    if (cookies?.refresh) rotations += 1;
    if (writing) return;
    writing = true;
    queue.put(at + WRITES_AFTER, { kind: 'writes' });
  }
}
