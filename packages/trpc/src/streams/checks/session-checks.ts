import type { Confirmation, Principal, SessionLayer } from '@latchkey/core';
import type { StreamRegistry } from '../stream-registry.ts';

/** For how many seconds an answer of the store counts while the revocation feed is lost. */
const LOST_FEED_SECONDS = 3;
/** How many sessions a node asks the store about in a second while the revocation feed is lost. */
const MAX_PER_SECOND = 200;

/** What the store answered, and when it was asked; or why it could not answer. */
export type Answer =
  | { readonly confirmation: Confirmation; readonly askedAt: number }
  | { readonly error: unknown };

/** A connection or request with open streams, as the checks of its session see it. */
export interface CheckedMember {
  principal(): Principal;
  /** When the store must be asked again, in milliseconds since the epoch. */
  recheckAt(): number;
  onAnswer(answer: Answer): void;
}

/** Asks the store about one session, once for all its connections and requests on this node. */
interface SessionCheck {
  /** How many connections and requests share the answers. */
  readonly members: number;
  /** Adds a connection or request; the returned function removes it. */
  join(member: CheckedMember): () => void;
  /**
   * Asks the store. All who ask in one turn of the event loop share the question; one that is under
   * way may be older than what the caller has heard, and is followed by another.
   */
  ask(): Promise<void>;
  /** The question under way whose answer a member will get; `null` if there is none. */
  asking(member?: CheckedMember): Promise<void> | null;
  /** Whether a member's access token would have expired. */
  isDue(): boolean;
  /** Whether the revocation feed is lost and the last answer too old. */
  isInDoubt(): boolean;
}

/** @param onAsk called when a question begins */
function sessionCheck(
  layer: Pick<SessionLayer, 'clock' | 'confirm' | 'isFeedUpToDate'>,
  onAsk: () => void,
): SessionCheck {
  const members = new Set<CheckedMember>();
  let asked: ReadonlySet<CheckedMember> = new Set();
  let askedAt = Number.NEGATIVE_INFINITY;
  let isWanted = false;
  let running: Promise<void> | null = null;

  async function answerOf(principal: Principal): Promise<Answer> {
    const at = askedAt;
    try {
      return { confirmation: await layer.confirm(principal), askedAt: at };
    } catch (error) {
      return { error };
    }
  }

  async function askUntilSure(): Promise<void> {
    await Promise.resolve();
    try {
      while (isWanted) await askOnce();
    } finally {
      running = null;
    }
  }

  async function askOnce(): Promise<void> {
    isWanted = false;
    const [first] = members;
    if (!first) return;
    asked = new Set(members);
    askedAt = layer.clock.now();
    onAsk();
    const answer = await answerOf(first.principal());
    for (const member of asked) if (members.has(member)) member.onAnswer(answer);
  }

  return {
    get members() {
      return members.size;
    },
    join(member) {
      members.add(member);
      return () => void members.delete(member);
    },
    ask() {
      isWanted = true;
      running ??= askUntilSure();
      return running;
    },
    asking: (member) => (isWanted || !member || asked.has(member) ? running : null),
    isDue: () => {
      const now = layer.clock.now();
      return [...members].some((member) => now >= member.recheckAt());
    },
    isInDoubt: () =>
      !layer.isFeedUpToDate() && Math.abs(layer.clock.now() - askedAt) >= LOST_FEED_SECONDS * 1000,
  };
}

/** The checks of all sessions with open streams on this node. */
interface SessionChecks {
  join(layer: SessionLayer, member: CheckedMember): JoinedCheck;
}

/** The check of a member's session, until it leaves. */
export interface JoinedCheck extends Pick<SessionCheck, 'ask' | 'asking' | 'isInDoubt'> {
  leave(): void;
}

const CHECKS = new WeakMap<StreamRegistry, SessionChecks>();

/** Shares the check of a session with its other connections and requests on this node. */
export function joinSessionCheck(
  streams: StreamRegistry,
  layer: SessionLayer,
  member: CheckedMember,
): JoinedCheck {
  const checks = CHECKS.get(streams) ?? sessionChecks(streams);
  CHECKS.set(streams, checks);
  return checks.join(layer, member);
}

function sessionChecks(streams: StreamRegistry): SessionChecks {
  /** By session id; those about which the store was asked least recently come first. */
  const checks = new Map<string, SessionCheck>();
  let leaveRegistry = () => {};

  /**
   * Asks about the sessions whose access token would have expired. While the feed is lost, it also
   * asks about a third of the sessions each second, so that the questions are spread evenly.
   */
  function tick(): Promise<unknown> {
    const all = [...checks.values()];
    const most = Math.min(MAX_PER_SECOND, Math.ceil(all.length / LOST_FEED_SECONDS));
    const due = all.filter((check) => check.isDue());
    const inDoubt = all.filter((check) => !check.isDue() && check.isInDoubt()).slice(0, most);
    return Promise.all([...due, ...inDoubt].map((check) => check.asking() ?? check.ask()));
  }

  function checkOf(layer: SessionLayer, id: string): SessionCheck {
    const known = checks.get(id);
    if (known) return known;
    const check = sessionCheck(layer, () => {
      if (checks.get(id) !== check) return;
      checks.delete(id);
      checks.set(id, check);
    });
    if (checks.size === 0) leaveRegistry = streams.join({ onTick: tick });
    checks.set(id, check);
    return check;
  }

  return {
    join(layer, member) {
      const id = member.principal().sessionId;
      const check = checkOf(layer, id);
      const leaveCheck = check.join(member);
      return {
        ask: check.ask,
        asking: check.asking,
        isInDoubt: check.isInDoubt,
        leave() {
          leaveCheck();
          if (check.members > 0 || checks.get(id) !== check) return;
          checks.delete(id);
          if (checks.size === 0) leaveRegistry();
        },
      };
    },
  };
}
