import validVersion from 'semver/functions/valid.js';
import gtr from 'semver/ranges/gtr.js';
import type { FindingCollector, Note } from '../finding.ts';
import { type App, findInstalled } from './project.ts';
import { PEERS } from './requirements.ts';
import { isInRange, listed } from './versions.ts';

/** One range of a peer, and the packages of Latchkey that have it. */
interface Need {
  readonly peer: string;
  readonly range: string;
  /** The packages that the app lists and that do not work without this peer. */
  readonly now: string[];
  /** The other packages: not listed yet, or only a part of them needs this peer. */
  readonly later: string[];
  /** Where the peer is looked for: modules of the app, or of the packages that it lists. */
  readonly from: string[];
}

/**
 * Checks the peers of the packages that the app lists, and those that the app has of the other
 * packages.
 */
export function examinePeers(app: App, { fault, warning }: FindingCollector): void {
  for (const { peer, range, now, later, from } of needsOf(app)) {
    const isNeeded = now.length > 0;
    const versions = new Set(
      from.flatMap((folder) => findInstalled(peer, folder)?.manifest.version ?? []),
    );
    const fix = `npm install ${peer}@${newestOf(range)}`;
    if (versions.size === 0 && isNeeded && !app.listed.has(peer))
      fault(
        'peer-missing',
        `${peer} is not installed`,
        `${listed(now)} ${now.length > 1 ? 'need' : 'needs'} ${peer} ${range}`,
        fix,
      );
    for (const version of versions) {
      if (validVersion(version) === null || isInRange(version, range)) continue;
      const isNewer = gtr(version, range);
      const note: Note = isNeeded && !isNewer ? fault : warning;
      note(
        isNewer ? 'peer-too-new' : 'peer-too-old',
        `${peer} ${version} is installed`,
        isNeeded
          ? `${listed(now)} ${now.length > 1 ? 'need' : 'needs'} ${range}`
          : `${listed(later)} can be used with ${range} only`,
        isNewer ? `${fix}, or look for a later version of Latchkey` : fix,
      );
    }
  }
}

function needsOf(app: App): Need[] {
  const needs = new Map<string, Need>();
  for (const [name, peers] of Object.entries(PEERS)) {
    const isListed = app.listed.has(name);
    for (const [peer, { range, isOptional }] of Object.entries(peers)) {
      if (!app.listed.has(peer) && (!isListed || isOptional)) continue;
      const key = `${peer} ${range}`;
      const need = needs.get(key) ?? { peer, range, now: [], later: [], from: [app.folder] };
      needs.set(key, need);
      (isListed && !isOptional ? need.now : need.later).push(name);
      const home = isListed ? findInstalled(name, app.folder) : null;
      if (home) need.from.push(home.folder);
    }
  }
  return [...needs.values()];
}

/** Returns the last alternative of a range, which a shell accepts without quotes. */
function newestOf(range: string): string {
  return range.split('||').at(-1)?.trim() ?? range;
}
