import type FastCheck from 'fast-check';
import { REVOCATION_REASONS, type RevocationReason } from '../../revocation/revocation-reason.ts';

/** The number of one of two users, or of one of two browsers with different addresses. */
type Either = 0 | 1;

/**
 * Names a session: 0 is the last one issued, 1 the one before it, and so on, modulo their number.
 */
interface OfSession {
  readonly session: number;
}

/** Names a token of a session: 0 is the last one received, 1 the one before it, and so on. */
interface OfToken extends OfSession {
  readonly back: number;
}

/** Instants at which the decision about a session changes. */
export type TurningPoint = 'grace' | 'delivery' | 'settle' | 'idle' | 'absolute';

/** One step of a history, independent of the store. */
export type Step =
  | { readonly do: 'sign in'; readonly user: Either; readonly browser: Either }
  | (OfToken & {
      readonly do: 'refresh';
      readonly usernames: 'right' | 'wrong' | 'both';
      readonly browser: Either;
    })
  /**
   * Refreshes with an authentic token that the store has never stored, or has lost: `by`
   * generations ahead of the newest; 0 is another secret of that generation.
   */
  | (OfSession & {
      readonly do: 'refresh from ahead';
      readonly by: number;
      readonly browser: Either;
    })
  /** Presents access tokens in separate requests, within one batch of acknowledgements. */
  | { readonly do: 'present'; readonly tokens: readonly OfToken[] }
  | (OfSession & { readonly do: 'revoke'; readonly reason: RevocationReason })
  | (OfToken & { readonly do: 'sign out' })
  | {
      readonly do: 'revoke all';
      readonly user: Either;
      readonly except: number | null;
      readonly reason: RevocationReason;
    }
  /** Another node, whose clock may be behind, delivers a token of this or the last generation. */
  | (OfSession & {
      readonly do: 'deliver';
      readonly generationsBack: number;
      readonly secondsAgo: number;
    })
  /** The user reauthenticates at a node whose clock may be behind. */
  | (OfSession & { readonly do: 'reauthenticate'; readonly secondsAgo: number })
  | { readonly do: 'purge'; readonly limit: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | (OfSession & {
      readonly do: 'wait until';
      readonly instant: TurningPoint;
      readonly offsetMs: number;
    })
  /** Restarts the server with an empty memory, and with `store` also reopens the store. */
  | { readonly do: 'restart'; readonly store: boolean };

/** The options of a session layer, and the steps played against it. */
export interface History {
  readonly options: {
    readonly accessTokenSeconds: number;
    readonly graceSeconds: number;
    readonly idleSeconds: number;
    readonly maxSeconds: number;
    readonly onReuse: 'user' | 'session';
  };
  /** The steps of the history; the first one is a sign-in. */
  readonly steps: readonly Step[];
}

/**
 * Creates random histories, which fast-check shrinks to the shortest failing one. Waits end at the
 * instants where decisions change, ± 1 ms.
 *
 * @param withPurge false omits purges
 */
export function sessionHistories(
  fc: typeof FastCheck,
  withPurge: boolean,
): FastCheck.Arbitrary<History> {
  const either = fc.constantFrom<Either>(0, 1);
  const session = fc.nat(3);
  const back = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);
  const reason = fc.constantFrom(...REVOCATION_REASONS);
  const usernames = fc.constantFrom('right', 'right', 'right', 'both', 'wrong');
  const instant = fc.constantFrom<TurningPoint>(
    'settle',
    'settle',
    'grace',
    'grace',
    'delivery',
    'idle',
    'absolute',
  );
  const tokens = fc.array(record({ session, back }), { minLength: 1, maxLength: 3 });

  const signIn = record({ do: fc.constant('sign in'), user: either, browser: either });
  const refresh = record({ do: fc.constant('refresh'), session, back, usernames, browser: either });
  const waitUntil = record({
    do: fc.constant('wait until'),
    session,
    instant,
    offsetMs: fc.constantFrom(0, 0, -1, 1),
  });
  /** Refreshes right at the instants where decisions change. */
  const refreshThen = fc
    .tuple(waitUntil, refresh)
    .map(([wait, then]): Step[] => [wait, { ...then, session: wait.session }]);

  const steps = fc.oneof(
    likely(3, signIn),
    likely(12, refresh),
    likely(
      1,
      record({ do: fc.constant('refresh from ahead'), session, by: fc.nat(2), browser: either }),
    ),
    likely(6, record({ do: fc.constant('present'), tokens })),
    likely(1, record({ do: fc.constant('revoke'), session, reason })),
    likely(1, record({ do: fc.constant('sign out'), session, back })),
    likely(
      1,
      record({
        do: fc.constant('revoke all'),
        user: either,
        except: fc.option(session, { nil: null }),
        reason,
      }),
    ),
    likely(
      2,
      record({
        do: fc.constant('deliver'),
        session,
        generationsBack: fc.nat(1),
        secondsAgo: fc.constantFrom(0, 1, 11),
      }),
    ),
    likely(
      2,
      record({ do: fc.constant('reauthenticate'), session, secondsAgo: fc.constantFrom(0, 1, 11) }),
    ),
    likely(
      withPurge ? 3 : 0,
      record({ do: fc.constant('purge'), limit: fc.integer({ min: 1, max: 4 }) }),
    ),
    likely(
      4,
      record({
        do: fc.constant('wait'),
        seconds: fc.constantFrom(0.001, 1, 10, 40, 61, 200, -1, -11),
      }),
    ),
    likely(4, waitUntil),
    likely(1, record({ do: fc.constant('restart'), store: fc.boolean() })),
    { weight: 5, arbitrary: refreshThen },
  );
  return record({
    options: record({
      accessTokenSeconds: fc.constant(60),
      graceSeconds: fc.constantFrom(10, 10, 10, 0),
      idleSeconds: fc.constant(300),
      /** Slightly more than idleSeconds, so that either expiry can end a rotated session. */
      maxSeconds: fc.constant(330),
      onReuse: fc.constantFrom('session', 'user'),
    }),
    steps: fc
      .tuple(signIn, fc.noBias(fc.array(steps, { maxLength: 50, size: 'max' })))
      .map(([first, then]) => [first, ...then.flat()]),
  });

  function record<Fields>(
    fields: { [Name in keyof Fields]: FastCheck.Arbitrary<Fields[Name]> },
  ): FastCheck.Arbitrary<Fields> {
    return fc.record(fields, { noNullPrototype: true }) as FastCheck.Arbitrary<Fields>;
  }

  function likely(weight: number, step: FastCheck.Arbitrary<Step>) {
    return { weight, arbitrary: step.map((one) => [one]) };
  }
}
