/** Counts answered requests, for tests that wait for a number of them. */
export interface RequestCount {
  count(): void;
  readonly total: number;
  /** Resolves once this many more requests were counted. */
  more(requests: number): Promise<void>;
}

export function requestCount(): RequestCount {
  let total = 0;
  const waiting = new Set<{ readonly until: number; readonly go: () => void }>();
  return {
    count() {
      total += 1;
      for (const each of waiting) {
        if (total < each.until) continue;
        waiting.delete(each);
        each.go();
      }
    },
    get total() {
      return total;
    },
    more: (requests) => new Promise((go) => void waiting.add({ until: total + requests, go })),
  };
}
