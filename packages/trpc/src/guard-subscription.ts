import type { Principal } from '@latchkey/core';
import { guardStream } from './guard-stream.ts';
import { type OpenStream, openStream } from './open-stream.ts';
import type { RequestSession } from './request-session.ts';

/** A call of a procedure, as its middleware sees it. */
interface Call {
  readonly ctx: { readonly session: RequestSession };
  readonly type: string;
  readonly signal: AbortSignal | undefined;
}

const NEVER = new AbortController().signal;

/**
 * Runs the rest of a procedure. A subscription takes a slot and lasts, unless it is public, no longer than the caller's session; anything else just runs.
 *
 * @param run receives the signal that aborts when the caller is gone, or may not see it any more
 * @throws TRPCError 429 `too_many_streams`
 */
export function guardSubscription<Result>(call: Call, access: 'public' | 'session', run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  if (call.type !== 'subscription') return run(call.signal ?? NEVER);
  const { streams } = call.ctx.session;
  const session = access === 'session' ? streams.follow() : null;
  return guard(openStream({ streams: streams.all, session, client: call.signal, onClose: streams.take() }), run);
}

/**
 * Runs the rest of a procedure for a caller who meets a demand. A subscription ends once they do not any more.
 *
 * @param demand throws a TRPCError
 */
export async function guardDemand<Result>(
  call: Call & { readonly ctx: { readonly principal: Principal } },
  demand: (principal: Principal) => void,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  demand(call.ctx.principal);
  if (call.type !== 'subscription') return run(call.signal ?? NEVER);
  const { streams } = call.ctx.session;
  return guard(openStream({ streams: streams.all, session: streams.follow(), client: call.signal, demand }), run);
}

async function guard<Result>(stream: OpenStream, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
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
