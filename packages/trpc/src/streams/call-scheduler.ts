/**
 * How many calls may run at once on this node. Further calls wait, and their WebSocket is not read.
 */
export interface CallLimits {
  readonly maxCallsPerConnection: number;
  readonly maxCallsPerUser: number;
  /** The limit for all connections without a session together. */
  readonly maxAnonymousCalls: number;
}

/** A piece of work that the scheduler starts. */
export interface Job {
  /** How many calls the job counts as, until `release`; 0 for messages that are not calls. */
  readonly calls: number;
  run(): void;
}

/** The queue of one connection's jobs, first in, first out. */
export interface JobQueue {
  /** How many jobs of the queue have not started yet. */
  readonly waiting: number;
  /** Starts the job, or queues it if a limit is reached. */
  push(job: Job): void;
  /** Reports that calls have been answered; one call by default. */
  release(calls?: number): void;
  /** Holds the queue: meanwhile no further job starts. */
  hold(isHeld: boolean): void;
  /** Drops the jobs that have not started. Running calls count until `release`. */
  close(): void;
}

/** Starts the jobs of all connections, a few per turn of the event loop. */
export interface CallScheduler {
  /**
   * Opens the queue of a connection.
   *
   * @param owner the user's id, or `null` for a connection without a session: all of those share
   *   one owner
   * @param onEmpty called when the last waiting job has started
   */
  connect(owner: string | null, onEmpty?: () => void): JobQueue;
}

/**
 * How many calls start in one turn of the event loop, which serves everything else between turns.
 */
const CALLS_PER_TURN = 4;

interface Connection {
  readonly jobs: Job[];
  underWay: number;
  isHeld: boolean;
  readonly onEmpty: () => void;
}

interface Owner {
  readonly maxCalls: number;
  underWay: number;
  /** Connections with waiting jobs, least recently served first. */
  readonly waiting: Set<Connection>;
  connections: number;
}

/**
 * Creates a scheduler that is fair: round robin over owners, then over the connections of an owner.
 * Neither many frames nor many connections give a caller a larger share.
 */
export function callScheduler({
  maxCallsPerConnection,
  maxCallsPerUser,
  maxAnonymousCalls,
}: CallLimits): CallScheduler {
  const owners = new Map<string | null, Owner>();
  /** The owners with waiting jobs, least recently served first. */
  const waiting = new Set<Owner>();
  let isScheduled = false;
  /** How many calls may still start in this turn. */
  let left = CALLS_PER_TURN;

  function nextTurn(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      left = CALLS_PER_TURN;
      startWaiting();
    });
  }

  function startWaiting(): void {
    // Starts one job per owner and round. `startOne` moves its owner to the end of the set, so a
    // copy is iterated.
    for (let started = true; started && left > 0; ) {
      const round = Array.from(waiting);
      started = false;
      for (const owner of round) if (left > 0 && startOne(owner)) started = true;
    }
  }

  /**
   * Starts a job of the least recently served connection.
   *
   * @returns whether one could start
   */
  function startOne(owner: Owner): boolean {
    for (const connection of owner.waiting) {
      const [job] = connection.jobs;
      if (!job || !mayStart(job, connection, owner)) continue;
      connection.jobs.shift();
      owner.waiting.delete(connection);
      waiting.delete(owner);
      if (connection.jobs.length > 0) owner.waiting.add(connection);
      if (owner.waiting.size > 0) waiting.add(owner);
      start(job, connection, owner);
      if (connection.jobs.length === 0) connection.onEmpty();
      return true;
    }
    return false;
  }

  function mayStart({ calls }: Job, connection: Connection, owner: Owner): boolean {
    if (connection.isHeld || left <= 0) return false;
    const fits = (underWay: number, most: number) =>
      calls === 0 || underWay === 0 || underWay + calls <= most;
    return fits(connection.underWay, maxCallsPerConnection) && fits(owner.underWay, owner.maxCalls);
  }

  function start(job: Job, connection: Connection, owner: Owner): void {
    left -= Math.max(1, job.calls);
    nextTurn();
    connection.underWay += job.calls;
    owner.underWay += job.calls;
    job.run();
  }

  function ownerOf(key: string | null): Owner {
    const known = owners.get(key);
    if (known) return known;
    const owner: Owner = {
      maxCalls: key === null ? maxAnonymousCalls : maxCallsPerUser,
      underWay: 0,
      waiting: new Set(),
      connections: 0,
    };
    owners.set(key, owner);
    return owner;
  }

  return {
    connect(key, onEmpty = () => {}) {
      const owner = ownerOf(key);
      const connection: Connection = { jobs: [], underWay: 0, isHeld: false, onEmpty };
      owner.connections++;
      let isOpen = true;

      function forget(): void {
        if (owner.connections === 0 && owner.underWay === 0 && owners.get(key) === owner)
          owners.delete(key);
      }

      return {
        get waiting() {
          return connection.jobs.length;
        },
        push(job) {
          if (!isOpen) return;
          if (connection.jobs.length === 0 && mayStart(job, connection, owner))
            return start(job, connection, owner);
          connection.jobs.push(job);
          owner.waiting.add(connection);
          waiting.add(owner);
        },
        release(calls = 1) {
          connection.underWay -= calls;
          owner.underWay -= calls;
          forget();
          if (waiting.size > 0) nextTurn();
        },
        hold(isHeld) {
          connection.isHeld = isHeld;
          if (!isHeld && waiting.size > 0) nextTurn();
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
