/** A document that has lived this long is no part of a loop of reloads. */
const SETTLED_MS = 60_000;

/**
 * Loads the document anew to get a newer version of the app. Does nothing in a document that a
 * reload has just loaded, so that a file which stays missing makes no loop.
 */
export function reloadForNewVersion(): void {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (mayReload(navigation?.type, performance.now())) window.location.reload();
}

/**
 * @param type how the document was loaded; undefined where the browser does not say
 * @param ageMs how long ago
 */
export function mayReload(type: NavigationTimingType | undefined, ageMs: number): boolean {
  return type !== undefined && (type !== 'reload' || ageMs > SETTLED_MS);
}
