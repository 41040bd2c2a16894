import type { Pg } from './load-pg.ts';

const DEFAULT_PORT = 5432;

/**
 * Returns where a URL leads, as the driver reads it: a socket in `?host=` or percent-encoded as the
 * host, a port in `?port=`, and defaults from PGHOST and similar variables.
 *
 * @returns `host:port/database`, without the password; `null` for what the driver cannot read
 * @throws Error where the password seems to end the address
 */
export function postgresPlace(pg: Pg, url: string): string | null {
  const [, afterAuthority = ''] = /^\w+:\/\/[^/?#]*([/#].*)?$/.exec(url) ?? [];
  if (/^\/[^?]*@|#.*@/.test(afterAuthority))
    throw new Error(
      'The database URL has a password with / ? or # in it: write them as %2F, %3F and %23',
    );
  const read = readByDriver(pg, url);
  return read?.host ? describePlace(read) : null;
}

/** Where the driver will connect to. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
}

/**
 * Describes where the driver will connect to.
 *
 * @throws Error for a port that is none
 */
export function describePlace({ host, port, database }: Place): string {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error('The database URL has an invalid port: it must be a number from 1 to 65535');
  return host.startsWith('/')
    ? `the socket in ${host}, database ${database}`
    : `${host}${port === DEFAULT_PORT ? '' : `:${port}`}/${database ?? ''}`;
}

/**
 * Reads a URL as the driver does.
 *
 * @throws Error if a certificate that the URL names cannot be read
 */
function readByDriver(pg: Pg, url: string): Place | null {
  try {
    return new pg.Client({ connectionString: url });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path === undefined) return null;
    throw new Error(
      `The database URL names the certificate ${path}, which cannot be read (${code}): correct sslcert, sslkey or sslrootcert`,
    );
  }
}
