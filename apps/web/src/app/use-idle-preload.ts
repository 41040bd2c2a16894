import { useUser } from '@latchkey/react';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

const PRIVATE = '/behind-sign-in';
const FOR_ADMINS = `${PRIVATE}/admin/`;

/** Runs work when the browser is idle, or soon in Safari, which has no idle callbacks. */
const whenIdle = (run: () => void): void =>
  void ('requestIdleCallback' in window ? requestIdleCallback(run) : setTimeout(run, 500));

/**
 * Loads the pages that the user can open next, one after another while the browser is idle, so that
 * they open at once, also without a network. Sets `data-pages-loaded` on the document element when
 * all are loaded. Does nothing if the browser asks to save data.
 */
export function useIdlePreload(): void {
  const router = useRouter();
  const { role } = useUser();
  useEffect(() => {
    if (savesData()) return;
    let isOver = false;
    const waiting = Object.values(router.routesById).filter(
      ({ id }) => id.startsWith(PRIVATE) && (role === 'Admin' || !id.startsWith(FOR_ADMINS)),
    );
    const next = () => {
      if (isOver) return;
      const route = waiting.shift();
      if (route) void Promise.resolve(router.loadRouteChunk(route)).then(() => whenIdle(next));
      else document.documentElement.dataset.pagesLoaded = '';
    };
    whenIdle(next);
    return () => {
      isOver = true;
    };
  }, [router, role]);
}

function savesData(): boolean {
  return (
    'connection' in navigator &&
    (navigator.connection as { readonly saveData?: boolean }).saveData === true
  );
}
