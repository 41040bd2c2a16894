import type { PartFiles } from '../../../build/part-files.ts';

/** The files of each lazy part, which the build inserts; null on the development server. */
const LIST = import.meta.env.LATCHKEY_PART_FILES as unknown as PartFiles | null;

/**
 * Why a part of the app did not arrive. `unreachable`: the network is down or the server does not
 * answer. `missing`: the server has no such file, usually because a newer version was deployed.
 */
export type PartFailure = 'unreachable' | 'missing';

/** Milliseconds after which the server counts as unreachable. */
const TIMEOUT_MS = 30_000;

const fetched = new Set<string>();

/**
 * Fetches the files of a part into the HTTP cache.
 *
 * @returns why one of the files did not arrive, or null
 */
export async function fetchPart(name: string): Promise<PartFailure | null> {
  const files = LIST?.parts[name]?.flatMap((index) => LIST.files[index] ?? []) ?? [];
  // Aborts by itself, because a request that is pending when the network goes down might not fail
  // for a long time.
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timeout = setTimeout(abort, TIMEOUT_MS);
  globalThis.addEventListener?.('offline', abort);
  const failures = await Promise.all(files.map((file) => fetchFile(file, controller.signal)));
  globalThis.removeEventListener?.('offline', abort);
  clearTimeout(timeout);
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
