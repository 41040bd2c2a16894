/** How many calls over WebSockets may be under way at once, on this node. What comes beyond waits, and its socket is not read meanwhile. */
export interface CallLimits {
  readonly maxCallsPerConnection: number;
  readonly maxCallsPerUser: number;
  /** Of all connections without a session together. */
  readonly maxAnonymousCalls: number;
}

/** Something to start. */
export interface Job {
  /** True for a call, which is under way until `release`. */
  readonly isCall: boolean;
  run(): void;
}

/** The jobs of one connection, in the order in which they came. */
export interface JobQueue {
  /** How many jobs have not started. */
  readonly waiting: number;
  push(job: Job): void;
  /** A call has been answered. */
  release(): void;
  /** While held, no further job starts. */
  hold(isHeld: boolean): void;
  /** Drops what has not started. Calls under way count until `release`. */
  close(): void;
}

/** Starts the jobs of all connections, a few in each turn of the event loop. */
export interface CallScheduler {
  /**
   * @param owner the user's id, or `null` for a connection without a session: all of those share one owner
   * @param onEmpty called when the last waiting job has started
   */
  connect(owner: string | null, onEmpty: () => void): JobQueue;
}

/** Everything else a server does has its turn between these, so no number of frames keeps the event loop from it. */
const JOBS_PER_TURN = 4;

interface Connection {
  readonly jobs: Job[];
  underWay: number;
  isHeld: boolean;
  readonly onEmpty: () => void;
}

interface Owner {
  readonly maxCalls: number;
  underWay: number;
  /** Connections that have jobs waiting, the one served longest ago first. */
  readonly waiting: Set<Connection>;
  connections: number;
}

/**
 * Divides the event loop fairly: owners take turns, then the connections of one owner, so that neither many frames nor many connections give one caller
 * more than a share.
 */
export function callScheduler({ maxCallsPerConnection, maxCallsPerUser, maxAnonymousCalls }: CallLimits): CallScheduler {
  const owners = new Map<string | null, Owner>();
  /** Those that have jobs waiting, the one served longest ago first. */
  const waiting = new Set<Owner>();
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || waiting.size === 0) return;
    isScheduled = true;
    setImmediate(turn);
  }

  function turn(): void {
    isScheduled = false;
    let left = JOBS_PER_TURN;
    for (let started = 1; started > 0 && left > 0; left -= started) started = startOfEach(left);
    if (left === 0) schedule();
  }

  /** Starts one job of each owner. @returns how many */
  function startOfEach(most: number): number {
    let started = 0;
    for (const owner of [...waiting]) {
      if (started === most) break;
      if (startOne(owner)) started++;
    }
    return started;
  }

  function startOne(owner: Owner): boolean {
    for (const connection of owner.waiting) {
      const job = connection.jobs[0];
      if (!job || connection.isHeld) continue;
      if (job.isCall && (connection.underWay >= maxCallsPerConnection || owner.underWay >= owner.maxCalls)) continue;
      connection.jobs.shift();
      owner.waiting.delete(connection);
      waiting.delete(owner);
      if (connection.jobs.length > 0) owner.waiting.add(connection);
      if (owner.waiting.size > 0) waiting.add(owner);
      if (job.isCall) {
        connection.underWay++;
        owner.underWay++;
      }
      job.run();
      if (connection.jobs.length === 0) connection.onEmpty();
      return true;
    }
    return false;
  }

  function ownerOf(key: string | null): Owner {
    const known = owners.get(key);
    if (known) return known;
    const owner: Owner = { maxCalls: key === null ? maxAnonymousCalls : maxCallsPerUser, underWay: 0, waiting: new Set(), connections: 0 };
    owners.set(key, owner);
    return owner;
  }

  return {
    connect(key, onEmpty) {
      const owner = ownerOf(key);
      const connection: Connection = { jobs: [], underWay: 0, isHeld: false, onEmpty };
      owner.connections++;
      let isOpen = true;

      function forget(): void {
        if (owner.connections === 0 && owner.underWay === 0 && owners.get(key) === owner) owners.delete(key);
      }

      return {
        get waiting() {
          return connection.jobs.length;
        },
        push(job) {
          if (!isOpen) return;
          connection.jobs.push(job);
          owner.waiting.add(connection);
          waiting.add(owner);
          schedule();
        },
        release() {
          connection.underWay--;
          owner.underWay--;
          forget();
          schedule();
        },
        hold(isHeld) {
          connection.isHeld = isHeld;
          if (!isHeld) schedule();
        },
        close() {
          if (!isOpen) return;
          isOpen = false;
          connection.jobs.length = 0;
          owner.waiting.delete(connection);
          if (owner.waiting.size === 0) waiting.delete(owner);
          owner.connections--;
          forget();
        },
      };
    },
  };
}
