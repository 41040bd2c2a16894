import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Packed } from '../make-packages.ts';
import { ROOT } from '../published.ts';

/**
 * Matches the hash in the name of a file that several entries share, which bundlers derive from the
 * file's content.
 */
const CONTENT_HASH = /-[A-Za-z0-9_-]{8}(?=\.(?:d\.ts|js)\b)/g;

/**
 * Returns the declarations of a package in its tarball, without comments, as an adopter's compiler
 * sees them. A change of them is a change of the public API.
 */
export function apiReport({ tarball }: Pick<Packed, 'tarball'>): string {
  const tar = (...args: string[]) => execFileSync('tar', args, { encoding: 'utf8' });
  const files = tar('-tzf', tarball)
    .split('\n')
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => ({ name: file.replace(CONTENT_HASH, ''), text: tar('-xzOf', tarball, file) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return files
    .map(({ name, text }) => `// ${name.replace('package/', '')}\n${declarationsOf(text)}`)
    .join('\n');
}

function declarationsOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(CONTENT_HASH, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `${line}\n`)
    .join('');
}

/** Returns the path of a package's API report, which is reviewed with every change. */
export function apiReportPath(name: string): string {
  return join(ROOT, 'apps', 'release', 'api', `${name.replace('@latchkey/', '')}.d.ts.txt`);
}
