import type { Manifest } from '../published.ts';

/**
 * Finds differences between the published exports (`publishConfig.exports`) and those of the
 * workspace, apart from sources.
 */
export function exportFaults({ name, exports, publishConfig }: Manifest): string[] {
  const published = publishConfig?.exports ?? {};
  const entries = new Set([...Object.keys(exports), ...Object.keys(published)]);
  return [...entries].flatMap((entry) => {
    const { '@latchkey/source': source, ...rest } = exports[entry] ?? {};
    const wanted = source?.replace('./src/', './dist/').replace(/\.ts$/, '');
    const inStep =
      JSON.stringify(rest) === JSON.stringify(published[entry]) &&
      rest.default === `${wanted}.js` &&
      rest.types === `${wanted}.d.ts`;
    return inStep
      ? []
      : [
          `${name}: "exports" and "publishConfig.exports" differ for "${entry}": both name its dist files, and only "exports" its source.`,
        ];
  });
}
