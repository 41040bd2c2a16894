import type { Principal } from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import { guardStream } from './guard-stream.ts';
import { streamsOf } from './session-streams.ts';
import { openStream } from './stream.ts';

/** A call of a procedure, as its middleware sees it. */
interface Call {
  readonly ctx: { readonly session: RequestSession };
  readonly signal: AbortSignal | undefined;
}

/** The condition on a caller. Throws a TRPCError if it is not met. */
export type Demand = (principal: Principal) => void;

/**
 * Runs the rest of a subscription. It takes a slot; unless it is public, it ends when the caller's
 * session ends or the demand is no longer met.
 *
 * @param run receives a signal that aborts when the client disconnects or loses access
 * @throws TRPCError 429 `too_many_streams`
 */
export async function guardSubscription<Result>(
  call: Call,
  demand: Demand | 'public',
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
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
