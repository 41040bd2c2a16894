import type { RevocationNotice } from '@latchkey/core';
import type { RedisClient } from '../connection/connect.ts';

const PAGE = 1_000;

/**
 * Reads the new entries of a stream at each call.
 *
 * @param since the instant from which the first call reads, and each call after a fault: another
 *   server may have taken over, with other entries
 */
export function streamReader(client: RedisClient, stream: string, since: () => number) {
  let last: string | null = null;

  return async (afterFault: boolean): Promise<RevocationNotice[]> => {
    const oldest = afterFault || last === null ? since() : Number.NEGATIVE_INFINITY;
    let from = afterFault ? null : last;
    const notices: RevocationNotice[] = [];
    for (let isMore = true; isMore; ) {
      const page: [id: string, fields: string[]][] = await client.xrange(
        stream,
        from === null ? '-' : `(${from}`,
        '+',
        'COUNT',
        PAGE,
      );
      for (const [, fields] of page) notices.push(...noticesIn(fields[1] ?? ''));
      from = page.at(-1)?.[0] ?? from;
      isMore = page.length === PAGE;
    }
    last = from ?? '0-0';
    return notices.filter(({ at }) => at >= oldest);
  };
}

/** Parses the notices of a stream entry; entries of other writers are skipped. */
function noticesIn(json: string): RevocationNotice[] {
  try {
    const notice: RevocationNotice = JSON.parse(json);
    const isOurs =
      typeof notice.at === 'number' &&
      (notice.kind === 'session'
        ? Boolean(notice.sessionId)
        : Number.isInteger(notice.tokenVersion));
    return isOurs ? [notice] : [];
  } catch {
    return [];
  }
}
