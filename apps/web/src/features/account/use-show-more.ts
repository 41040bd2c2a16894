import { type RefObject, useEffect, useRef } from 'react';

/**
 * For a button that adds rows to the end of a list. The button may be gone with the last page, so
 * the focus goes on to the first row it brought.
 *
 * @param count how many rows the list has
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
