import type { AbortReport } from './aborts.ts';
import { MAX_MORE_HANDLES, type SceneReport, type StreamsReport } from './scenes.ts';
import type { SignInReport } from './sign-ins.ts';

/** Bytes by which the heap may grow in a scene, without a leak: code, caches and counters. */
const MAX_MORE_HEAP = 32 * 2 ** 20;

/** Returns what went wrong with the server or its other users in a scene. */
export function faultsOfScene<Result>({
  during,
  before,
  after,
}: SceneReport<Result>): readonly string[] {
  return [
    ...unique(during.failed.map((fault) => `another user: ${fault}`)),
    ...(during.served === 0 ? ['no other user was served'] : []),
    ...(after.handles > before.handles + MAX_MORE_HANDLES
      ? [`${after.handles - before.handles} handles are left`]
      : []),
    ...(after.heapBytes > before.heapBytes + MAX_MORE_HEAP
      ? [`the heap is ${Math.round((after.heapBytes - before.heapBytes) / 2 ** 20)} MiB larger`]
      : []),
  ];
}

export function faultsOfSignIns({ clients, signedIn, faults }: SignInReport): readonly string[] {
  return [
    ...unique(faults),
    ...(signedIn < clients ? [`${clients - signedIn} clients are not signed in`] : []),
  ];
}

export const faultsOfAborts = ({ lost }: AbortReport): readonly string[] => unique(lost);

export function faultsOfStreams(
  { opened, seen, closed, left, faults }: StreamsReport,
  { count, revoked }: { readonly count: number; readonly revoked: number },
): readonly string[] {
  const opens = opened.sse + opened.webSockets;
  return [
    ...unique(faults),
    ...(opens < count ? [`${count - opens} streams did not open`] : []),
    ...(seen.count < opens ? [`${opens - seen.count} streams did not see their event`] : []),
    ...(closed.count < revoked ? [`${revoked - closed.count} streams did not end`] : []),
    ...(left < count - revoked ? [`${count - revoked - left} other streams ended`] : []),
  ];
}

/** Returns different texts with their numbers; within them, numbers and request ids do not count. */
function unique(texts: readonly string[]): string[] {
  const kinds = Map.groupBy(texts, (text) =>
    text.replace(/,?"requestId.*/, '').replace(/\d{4,}/g, 'N'),
  );
  return [...kinds.values()].map((same) => `${same.length} × ${same[0]}`);
}
