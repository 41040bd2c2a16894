import { type RefObject, useEffect, useRef } from 'react';

/**
 * Returns the handler of a button that appends rows to a list. The button disappears with the last
 * page, so the first new row takes the focus.
 *
 * @param count the number of rows in the list
 */
export function useShowMore(
  list: RefObject<HTMLElement | null>,
  count: number,
  fetchNextPage: () => Promise<unknown>,
): () => void {
  const firstNew = useRef<number | null>(null);

  useEffect(() => {
    const row = firstNew.current === null ? null : list.current?.children[firstNew.current];
    if (!(row instanceof HTMLElement)) return;
    firstNew.current = null;
    row.focus({ preventScroll: true });
  }, [list, count]);

  return () => {
    firstNew.current = count;
    void fetchNextPage();
  };
}
