import { settleSeconds } from '@latchkey/core';
import { eventQueue } from '@latchkey/lab/event-queue';
import { seededRandom } from '@latchkey/test-support';
import { awaySeconds } from './model.ts';
import { DAY, KEPT_SECONDS, type Lifetimes, type Usage } from './usage.ts';

/** Number of times that each event happened in the counted hours. */
export interface Counts {
  requests: number;
  rotations: number;
  reissues: number;
  convergences: number;
  acknowledgements: number;
  signIns: number;
  signOuts: number;
  /** Number of sessions in the store at the end. */
  rows: number;
}

interface Device {
  /** When the device's session expires; a time in the past if it has none. */
  idleExpiresAt: number;
  absoluteExpiresAt: number;
  /** When the device last received a grant. */
  deliveredAt: number;
  /** The nodes that have already verified the device's access token. */
  seenBy: Set<number>;
  leavesAt: number;
}

type What = { readonly device: Device; readonly kind: 'visit' | 'call' | 'leave' };

/** The hours whose events are counted: a number of days, and of each day certain hours or all. */
export interface Watch {
  readonly fromDay: number;
  readonly days: number;
  readonly hours?: readonly [number, number];
}

/**
 * Simulates days of users by the rules of docs/protocol.md, request by request. The busiest moment
 * of a day is noon. The same seed gives the same days. All requests of a call arrive before the
 * first response.
 */
export function simulateDays(
  usage: Usage,
  lifetimes: Lifetimes,
  nodes: number,
  watch: Watch,
  seed: number,
): Counts {
  const random = seededRandom(seed);
  const soon = (mean: number) => -Math.log(1 - random()) * mean;
  const away = awaySeconds(usage);
  const queue = eventQueue<What>();
  const end = (watch.fromDay + watch.days) * DAY;
  const counts: Counts = {
    requests: 0,
    rotations: 0,
    reissues: 0,
    convergences: 0,
    acknowledgements: 0,
    signIns: 0,
    signOuts: 0,
    rows: 0,
  };
  const isCounted = (at: number) =>
    at >= watch.fromDay * DAY &&
    (!watch.hours || (at % DAY >= watch.hours[0] * 3_600 && at % DAY < watch.hours[1] * 3_600));
  const count = (what: keyof Counts, at: number, many = 1) => {
    if (isCounted(at)) counts[what] += many;
  };
  const ended: number[] = [];
  const removalOf = ({ idleExpiresAt, absoluteExpiresAt }: Device) =>
    Math.min(idleExpiresAt, absoluteExpiresAt) + KEPT_SECONDS;

  /**
   * Returns the time of the next visit, by thinning a Poisson process: candidates come at the rate
   * of the busiest hour, and each is accepted in proportion to the rate of its own hour.
   */
  function nextVisit(from: number): number {
    for (let at = from; ; ) {
      at += soon(away / usage.peak);
      const load = 1 - (usage.peak - 1) * Math.cos((2 * Math.PI * at) / DAY);
      if (random() < load / usage.peak) return at;
    }
  }

  function call(device: Device, at: number): void {
    count('requests', at, usage.requestsPerCall);
    const { accessTokenSeconds, graceSeconds, idleSeconds, maxSeconds } = lifetimes;
    if (at >= device.idleExpiresAt || at >= device.absoluteExpiresAt) {
      ended.push(removalOf(device));
      count('signIns', at);
      Object.assign(device, {
        absoluteExpiresAt: at + maxSeconds,
        idleExpiresAt: at + idleSeconds,
        deliveredAt: at,
        seenBy: new Set(),
      });
    } else if (at < device.deliveredAt + accessTokenSeconds) {
      for (let request = 0; request < usage.requestsPerCall; request++) {
        const node = Math.floor(random() * nodes);
        if (!device.seenBy.has(node)) count('acknowledgements', at);
        device.seenBy.add(node);
      }
    } else if (at < device.deliveredAt + settleSeconds(graceSeconds)) count('reissues', at);
    else {
      count('rotations', at);
      count('convergences', at, usage.requestsPerCall - 1);
      Object.assign(device, {
        idleExpiresAt: at + idleSeconds,
        deliveredAt: at,
        seenBy: new Set(),
      });
    }
  }

  function leave(device: Device, at: number): void {
    queue.put(nextVisit(at), { device, kind: 'visit' });
    if (
      random() >= usage.signOutShare ||
      at >= Math.min(device.idleExpiresAt, device.absoluteExpiresAt)
    )
      return;
    count('signOuts', at);
    ended.push(removalOf(device));
    Object.assign(device, { idleExpiresAt: 0, absoluteExpiresAt: 0 });
  }

  /**
   * Devices start in the middle of their sessions; otherwise all sessions would expire together.
   */
  const all = Array.from(
    { length: Math.round(usage.users * usage.devicesPerUser * usage.activeShare) },
    (): Device => {
      const absoluteExpiresAt = random() * lifetimes.maxSeconds;
      return {
        absoluteExpiresAt,
        idleExpiresAt: lifetimes.idleSeconds,
        deliveredAt: -DAY,
        seenBy: new Set(),
        leavesAt: 0,
      };
    },
  );
  for (const device of all) queue.put(nextVisit(0), { device, kind: 'visit' });
  for (let event = queue.take(); event && event.at < end; event = queue.take()) {
    const { device, kind } = event.what;
    if (kind === 'leave') leave(device, event.at);
    else {
      if (kind === 'visit') {
        device.leavesAt = event.at + soon(usage.visitSeconds);
        queue.put(device.leavesAt, { device, kind: 'leave' });
      }
      call(device, event.at);
      const next = event.at + soon(usage.secondsBetweenCalls);
      if (next < device.leavesAt) queue.put(next, { device, kind: 'call' });
    }
  }
  counts.rows = [...ended, ...all.map(removalOf)].filter((removedAt) => removedAt > end).length;
  return counts;
}
