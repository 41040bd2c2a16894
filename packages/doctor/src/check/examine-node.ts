import minVersion from 'semver/ranges/min-version.js';
import validRange from 'semver/ranges/valid.js';
import type { FindingCollector } from '../finding.ts';
import type { App } from './project.ts';
import { NODE_RANGE } from './requirements.ts';
import { isInRange } from './versions.ts';

/** Checks the running Node, and the range that the app's package.json states. */
export function examineNode(
  { manifest }: App,
  nodeVersion: string,
  { fault, warning }: FindingCollector,
): void {
  const fix = 'use Node 24, or Node 22 from 22.12 on';
  if (!isInRange(nodeVersion, NODE_RANGE))
    fault(
      'node-unsupported',
      `this is Node ${nodeVersion}`,
      `the packages need Node ${NODE_RANGE}`,
      fix,
    );
  const range = validRange(manifest.engines?.node);
  const lowest = range === null ? null : minVersion(range);
  if (lowest && !isInRange(lowest.version, NODE_RANGE))
    warning(
      'node-range-too-wide',
      `engines.node is ${JSON.stringify(manifest.engines?.node)}, which allows Node ${lowest.version}`,
      `the packages need Node ${NODE_RANGE}`,
      `set engines.node to ${JSON.stringify(NODE_RANGE)}`,
    );
}
