import type { Principal } from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import { guardStream } from './guard-stream.ts';
import { streamsOf } from './session-streams.ts';
import { openStream } from './stream.ts';

/** A call of a procedure, as its middleware sees it. */
interface Call {
  readonly ctx: { readonly session: RequestSession };
  readonly type: string;
  readonly signal: AbortSignal | undefined;
}

/** What a caller has to meet. Throws a TRPCError when they do not. */
export type Demand = (principal: Principal) => void;

const NEVER = new AbortController().signal;

/**
 * Runs the rest of a procedure. A subscription takes a slot and, unless it is public, lasts only as
 * long as the caller's session and as they meet the demand; anything else just runs.
 *
 * @param run receives the signal that aborts when the caller is gone, or may not see it any more
 * @throws TRPCError 429 `too_many_streams`
 */
export async function guardSubscription<Result>(
  call: Call,
  demand: Demand | 'public',
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (call.type !== 'subscription') return run(call.signal ?? NEVER);
  const streams = streamsOf(call.ctx.session);
  const conditions =
    demand === 'public' ? { session: null } : { session: streams.follow(), demand };
  const stream = openStream({
    ...conditions,
    streams: streams.registry,
    client: call.signal,
    onClose: streams.take(),
  });
  try {
    const result = (await run(stream.signal)) as Result & { ok: boolean; data: unknown };
    if (result.ok) return { ...result, data: guardStream(result.data, stream) };
    stream.close();
    return result;
  } catch (error) {
    stream.close();
    throw error;
  }
}
