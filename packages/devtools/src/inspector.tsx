import { type ComponentType, useCallback, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { INSPECTOR_PATH } from './inspector-event.ts';
import type { InspectorPanelProps } from './panel/inspector-panel.tsx';
import { DEFAULT_PLACE, fitted, type Place } from './place/place.ts';
import { storedPlace, storePlace } from './place/storage.ts';
import { BASE_STYLES } from './shadow/base-styles.ts';
import { useStyleSheet } from './shadow/use-style-sheet.ts';

/** The props of {@link Inspector}. */
export interface InspectorProps {
  /**
   * The path of the inspector's routes: the `path` of `createInspector`; by default `/__inspector`.
   */
  readonly path?: string;
  /** The colours of the inspector; by default `system`, those of the operating system. */
  readonly theme?: 'light' | 'dark' | 'system';
}

/**
 * Shows a button at the end of the page that opens a panel with this browser's session, live. It
 * loads the panel and sends requests only when it is opened, or was open at the last visit. Put it
 * last in the page, inside `LatchkeyProvider`. It draws in a shadow root and shares no style with
 * the page.
 *
 * @example
 * ```tsx
 * import { Inspector } from '@latchkey/devtools';
 * import type { ReactNode } from 'react';
 *
 * export const Page = ({ children }: { children: ReactNode }) => (
 *   <>
 *     {children}
 *     {process.env.NODE_ENV !== 'production' && <Inspector theme="dark" />}
 *   </>
 * );
 * ```
 */
export function Inspector({ path = INSPECTOR_PATH, theme = 'system' }: InspectorProps) {
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  const [Panel, setPanel] = useState<ComponentType<InspectorPanelProps> | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const [place, setPlace] = useState<Place | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const wasClicked = useRef(false);
  const attach = useCallback((host: HTMLElement | null) => {
    if (host) setRoot(host.shadowRoot ?? host.attachShadow({ mode: 'open' }));
  }, []);
  useStyleSheet(root, BASE_STYLES);

  const change = useCallback((next: Place) => {
    setPlace(next);
    storePlace(next);
  }, []);
  const open = useCallback(
    async (at: Place): Promise<void> => {
      try {
        const { InspectorPanel } = await import('./panel/inspector-panel.tsx');
        setPanel(() => InspectorPanel);
        const viewport = { width: window.innerWidth, height: window.innerHeight };
        change({ ...fitted(at, viewport), isOpen: true });
      } catch {
        setHasFailed(true);
      }
    },
    [change],
  );
  useEffect(() => {
    const stored = storedPlace();
    setPlace(stored);
    if (stored.isOpen) void open(stored);
  }, [open]);

  const isOpen = Panel !== null;
  useEffect(() => {
    if (!isOpen && wasClicked.current) opener.current?.focus();
  }, [isOpen]);

  function close(at: Place): void {
    wasClicked.current = true;
    setPanel(null);
    change({ ...at, isOpen: false });
  }
  function click(): void {
    wasClicked.current = true;
    void open(place ?? DEFAULT_PLACE);
  }

  const isLoading = place === null || (place.isOpen && !Panel && !hasFailed);
  const content = isLoading ? null : Panel ? (
    <Panel
      root={root}
      path={path}
      place={place}
      onPlace={change}
      takesFocus={wasClicked.current}
      onClose={() => close(place)}
    />
  ) : (
    <button ref={opener} type="button" className="opener" onClick={click}>
      <Keyhole />
      {hasFailed ? 'The inspector did not load. Reload the page.' : 'Inspector'}
    </button>
  );
  return (
    <div
      ref={attach}
      data-theme={theme}
      data-open={Panel ? place?.mode : undefined}
      style={
        !place || place.dockHeight === null
          ? undefined
          : ({ '--dock-height': `${place.dockHeight}px` } as React.CSSProperties)
      }
    >
      {root && createPortal(<div className="root">{content}</div>, root)}
    </div>
  );
}

function Keyhole() {
  return (
    <svg viewBox="0 0 26 30" aria-hidden="true">
      <rect width="26" height="30" rx="9" fill="var(--ink)" />
      <path
        d="M13 7a4.6 4.6 0 0 0-2.3 8.6L9.4 23h7.2l-1.3-7.4A4.6 4.6 0 0 0 13 7Z"
        fill="var(--canvas)"
      />
    </svg>
  );
}
