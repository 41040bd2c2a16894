/** Age in milliseconds above which a document is not part of a reload loop. */
const LOOP_AGE_MS = 60_000;

/**
 * Reloads the document to get a newer version of the app. Does nothing shortly after a reload, so
 * that a file that stays missing causes no loop.
 */
export function reloadForNewVersion(): void {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (mayReload(navigation?.type, performance.now())) window.location.reload();
}

/**
 * Whether a reload can not be part of a loop.
 *
 * @param type how the document was loaded; undefined if the browser does not tell
 * @param ageMs milliseconds since the document was loaded
 */
export function mayReload(type: NavigationTimingType | undefined, ageMs: number): boolean {
  return type !== undefined && (type !== 'reload' || ageMs > LOOP_AGE_MS);
}
