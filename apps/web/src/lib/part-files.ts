import type { PartFiles } from '../../build/part-files.ts';

/** The build puts the list here; the development server has none. */
const LIST = import.meta.env.LATCHKEY_PART_FILES as unknown as PartFiles | null;

/**
 * Why a part of the app is not there. `unreachable`: the network is down, or the server does not
 * answer. `missing`: the server answers, and has no such file: usually because a newer version of
 * the app was deployed.
 */
export type PartFailure = 'unreachable' | 'missing';

/** A server that takes longer does not answer. */
const PATIENCE_MS = 30_000;

const fetched = new Set<string>();

/**
 * Brings the files of a part into the browser's cache. @returns why one of them did not arrive, or
 * null
 */
export async function fetchPart(name: string): Promise<PartFailure | null> {
  const files = LIST?.parts[name]?.flatMap((index) => LIST.files[index] ?? []) ?? [];
  // A request that is under way when the network goes might wait for its answer until long after.
  const lost = new AbortController();
  const giveUp = () => lost.abort();
  const patience = setTimeout(giveUp, PATIENCE_MS);
  globalThis.addEventListener?.('offline', giveUp);
  const failures = await Promise.all(files.map((file) => fetchFile(file, lost.signal)));
  globalThis.removeEventListener?.('offline', giveUp);
  clearTimeout(patience);
  return (
    failures.find((failure) => failure === 'missing') ??
    failures.find((failure) => failure !== null) ??
    null
  );
}

async function fetchFile(file: string, signal: AbortSignal): Promise<PartFailure | null> {
  if (fetched.has(file)) return null;
  try {
    const response = await fetch(file, { signal });
    const isFile = response.ok && !response.headers.get('content-type')?.startsWith('text/html');
    if (!isFile)
      return response.ok || response.status === 404 || response.status === 410
        ? 'missing'
        : 'unreachable';
    await response.arrayBuffer();
    fetched.add(file);
    return null;
  } catch {
    return 'unreachable';
  }
}
