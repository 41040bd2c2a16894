/** A queue of events in order of time, and of insertion at the same time. It is a binary heap. */
export interface EventQueue<T> {
  put(at: number, what: T): void;
  take(): { readonly at: number; readonly what: T } | undefined;
}

export function eventQueue<T>(): EventQueue<T> {
  const heap: { at: number; order: number; what: T }[] = [];
  let order = 0;
  const isBefore = (a: number, b: number) => {
    const [x, y] = [heap[a], heap[b]];
    return (
      x !== undefined && y !== undefined && (x.at < y.at || (x.at === y.at && x.order < y.order))
    );
  };
  function swap(a: number, b: number): void {
    const [x, y] = [heap[a], heap[b]];
    if (x && y) [heap[a], heap[b]] = [y, x];
  }
  return {
    put(at, what) {
      heap.push({ at, order: order++, what });
      for (
        let child = heap.length - 1, parent = (child - 1) >> 1;
        child > 0 && isBefore(child, parent);
        child = parent, parent = (child - 1) >> 1
      )
        swap(child, parent);
    },
    take() {
      swap(0, heap.length - 1);
      const first = heap.pop();
      for (let parent = 0; ; ) {
        const [left, right] = [2 * parent + 1, 2 * parent + 2];
        const child = right < heap.length && isBefore(right, left) ? right : left;
        if (child >= heap.length || !isBefore(child, parent)) return first;
        swap(child, parent);
        parent = child;
      }
    },
  };
}
