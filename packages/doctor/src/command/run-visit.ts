import { visit } from '../visit/visit.ts';
import { type Invocation, UsageError } from './parse-command-line.ts';
import type { Report } from './report.ts';
import type { Terminal } from './terminal.ts';

/** The options without which some checks are left out, and what those check. */
const OPTIONAL = {
  address: 'forged addresses',
  stream: 'event streams',
  websocket: 'WebSockets',
};

/**
 * Runs the command `visit`.
 *
 * @throws UsageError if the address, a path or the account is missing or malformed
 */
export async function runVisit(
  { argument, options }: Invocation,
  { progress, readSecret }: Terminal,
): Promise<Report> {
  const url = urlOf(argument);
  const given = Object.fromEntries(
    (['login', 'logout', 'read', 'address', 'stream', 'websocket'] as const).flatMap((name) => {
      const path = options[name];
      return path === undefined ? [] : [[name, pathOf(name, String(path))]];
    }),
  );
  const { websocket: webSocket, ...others } = given;
  const headers = [options.header ?? []].flat().map((name) => String(name).toLowerCase());
  const { username } = options;
  if (typeof username !== 'string')
    throw new UsageError(
      '--username is missing: name the account to sign in with. Its password is asked for, or read from a pipe.',
    );
  const password = await readSecret(`Password of ${username}: `);
  if (!password)
    throw new UsageError(
      `The password is empty. Type it, or pipe it in: printf '%s\\n' "$PASSWORD" | npx @latchkey/doctor visit ${url.origin} --username ${username}`,
    );
  const findings = await visit({
    url,
    username,
    password,
    paths: { ...others, ...(webSocket !== undefined && { webSocket }) },
    ...(headers.length > 0 && { headers }),
    progress,
  });
  const notChecked = Object.fromEntries(
    Object.entries(OPTIONAL).filter(([option]) => given[option] === undefined),
  );
  return { findings, where: `at ${url.origin}`, notChecked };
}

function urlOf(text: string | undefined): URL {
  if (text === undefined)
    throw new UsageError('visit needs the address of the app, like https://app.example.com.');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      `The address is ${JSON.stringify(text)}: it must be a URL like https://app.example.com.`,
    );
  return url;
}

function pathOf(option: string, text: string): string {
  if (text.startsWith('/') && !text.startsWith('//')) return text;
  throw new UsageError(
    `--${option} is ${JSON.stringify(text)}: it must be a path like /${option}.`,
  );
}
