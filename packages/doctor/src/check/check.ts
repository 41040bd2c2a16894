import { collectFindings, type Finding, type FindingCollector } from '../finding.ts';
import { examineClashes } from './examine-clashes.ts';
import { examineCopies } from './examine-copies.ts';
import { examineNode } from './examine-node.ts';
import { examinePeers } from './examine-peers.ts';
import { examineTypeScript } from './examine-typescript.ts';
import { type App, findInstalled, readApp } from './project.ts';
import { PEERS } from './requirements.ts';
import { listed } from './versions.ts';

/** The options of {@link check}. */
export interface CheckOptions {
  /** The folder with the app's package.json; by default the current one. */
  readonly folder?: string;
  /** The version of Node to check; by default the running one. */
  readonly nodeVersion?: string;
}

/**
 * Checks an app's folder before it adopts Latchkey, or after: Node, peer dependencies, TypeScript,
 * duplicate packages, cookies and tables with names like ours. Reads package.json, tsconfig.json,
 * `node_modules` and the sources; changes nothing, and runs nothing of the app.
 *
 * @throws Error if the folder has no package.json, or it is not JSON
 * @example
 * import { check } from '@latchkey/doctor';
 *
 * const found = check({ folder: 'apps/server' });
 * if (found.some(({ severity }) => severity === 'fault')) process.exitCode = 1;
 */
export function check({
  folder = '.',
  nodeVersion = process.versions.node,
}: CheckOptions = {}): Finding[] {
  const app = readApp(folder);
  const noted = collectFindings();
  examineInstallation(app, noted);
  examineNode(app, nodeVersion, noted);
  examinePeers(app, noted);
  examineTypeScript(app, noted);
  examineCopies(app, noted);
  examineClashes(app, noted);
  return noted.found;
}

/**
 * Reports packages that are listed but not installed: the other checks cannot see their versions.
 */
function examineInstallation(app: App, { warning }: FindingCollector): void {
  const read = new Set([
    'typescript',
    '@opentelemetry/api',
    ...Object.values(PEERS).flatMap((peers) => Object.keys(peers)),
  ]);
  const missing = [...app.listed].filter(
    (name) => (read.has(name) || name.startsWith('@latchkey/')) && !findInstalled(name, app.folder),
  );
  if (missing.length > 0)
    warning(
      'packages-not-installed',
      `package.json lists ${listed(missing)}, and node_modules lacks ${missing.length > 1 ? 'them' : 'it'}`,
      'their versions were not checked',
      'run npm install, then check again',
    );
}
