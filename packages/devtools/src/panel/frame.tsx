import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import { docked, fitted, moved, type Place, resized } from '../place/place.ts';

/** How many px an arrow key moves or resizes. */
const STEP = 24;

interface FrameProps {
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
  readonly status: ReactNode;
  /** Whether the panel takes the focus when it appears. */
  readonly takesFocus: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

const viewport = () => ({ width: window.innerWidth, height: window.innerHeight });

/** The panel's frame: docked to the lower edge, or a window that can be moved and resized. */
export function Frame({ place, onPlace, status, takesFocus, onClose, children }: FrameProps) {
  const panel = useRef<HTMLElement>(null);
  const closer = useRef<HTMLButtonElement>(null);
  const isWindow = place.mode === 'window';
  useEffect(() => {
    if (takesFocus) closer.current?.focus();
  }, [takesFocus]);
  useRoomBelowPage(isWindow ? null : panel.current, place.dockHeight);

  const height = () => panel.current?.offsetHeight ?? 0;
  const move = (dx: number, dy: number) => onPlace(moved(place, dx, dy, viewport()));
  const resize = (dx: number, dy: number) => onPlace(resized(place, dx, dy, viewport()));
  const heighten = (_dx: number, dy: number) => onPlace(docked(place, height(), -dy, viewport()));

  return (
    <section
      ref={panel}
      aria-label="Session inspector"
      className="panel"
      data-mode={place.mode}
      style={
        {
          '--left': `${place.left}px`,
          '--top': `${place.top}px`,
          '--width': `${place.width}px`,
          '--window-height': `${place.height}px`,
        } as React.CSSProperties
      }
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      {!isWindow && (
        // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no <hr>
        <div
          role="separator"
          tabIndex={0}
          aria-label="Height of the inspector"
          aria-orientation="horizontal"
          aria-valuenow={place.dockHeight ?? 0}
          aria-valuetext={place.dockHeight === null ? 'default' : `${place.dockHeight} px`}
          className="sash"
          {...dragging(heighten)}
        />
      )}
      <header className="head">
        <div className="title" {...(isWindow && { ...dragging(move), onKeyDown: undefined })}>
          <h2>Session inspector</h2>
          <p role="status">{status}</p>
        </div>
        {isWindow && (
          <button
            type="button"
            className="grip"
            aria-label="Move by arrow keys"
            {...dragging(move)}
          >
            <Icon path="M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6 2 8l2 2M12 6l2 2-2 2" />
          </button>
        )}
        <button
          type="button"
          className="mode"
          aria-label={isWindow ? 'Dock to the lower edge' : 'Show as a window'}
          onClick={() =>
            onPlace(fitted({ ...place, mode: isWindow ? 'docked' : 'window' }, viewport()))
          }
        >
          <Icon path={isWindow ? 'M2.5 3.5h11v9h-11zM2.5 9h11' : 'M2.5 5.5h8v8h-8zM5.5 2.5h8v8'} />
        </button>
        <button ref={closer} type="button" aria-label="Close the inspector" onClick={onClose}>
          <Icon path="m3.5 3.5 9 9m0-9-9 9" />
        </button>
      </header>
      {children}
      {isWindow && (
        <button
          type="button"
          className="corner"
          aria-label="Resize by arrow keys"
          {...dragging(resize)}
        >
          <Icon path="M14 6 6 14M14 11l-3 3" />
        </button>
      )}
    </section>
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Returns the handlers of an element that is dragged, or moved by arrow keys. */
function dragging(by: (dx: number, dy: number) => void) {
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (event.currentTarget.hasPointerCapture(event.pointerId))
        by(event.movementX, event.movementY);
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      by(...arrow);
    },
  };
}

/**
 * Tells the browser how much of the page a docked panel covers, so that a control that gets the
 * focus is scrolled out from under it.
 */
function useRoomBelowPage(panel: HTMLElement | null, dockHeight: number | null): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height decides the room
  useEffect(() => {
    const { style } = document.documentElement;
    const before = style.scrollPaddingBottom;
    const observer = new ResizeObserver(() => {
      if (panel) style.scrollPaddingBottom = `${panel.offsetHeight}px`;
    });
    if (panel) observer.observe(panel);
    return () => {
      observer.disconnect();
      style.scrollPaddingBottom = before;
    };
  }, [panel, dockHeight]);
}

function Icon({ path }: { path: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
    >
      <path d={path} />
    </svg>
  );
}
