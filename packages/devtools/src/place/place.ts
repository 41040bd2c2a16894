/** Where the inspector is, and whether it is open. Lengths are in px. */
export interface Place {
  readonly isOpen: boolean;
  /** Docked to the lower edge of the page, or a window over it. */
  readonly mode: 'docked' | 'window';
  /** The height of the docked panel; null for the default. */
  readonly dockHeight: number | null;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The size of the page's viewport, in px. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export const DEFAULT_PLACE: Place = {
  isOpen: false,
  mode: 'docked',
  dockHeight: null,
  left: 48,
  top: 48,
  width: 860,
  height: 460,
};

const MIN_WIDTH = 300;
const MIN_HEIGHT = 160;
/** How many px of the page a docked panel leaves at least. */
const PAGE_LEFT = 120;

/** Parses a stored place. Fields that are missing or malformed get their default. */
export function parsePlace(text: string | null): Place {
  const stored = parsed(text);
  const numberIn = (name: keyof Place) => {
    const value = stored[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const { left, top, width, height } = DEFAULT_PLACE;
  return {
    isOpen: stored.isOpen === true,
    mode: stored.mode === 'window' ? 'window' : 'docked',
    dockHeight: numberIn('dockHeight'),
    left: numberIn('left') ?? left,
    top: numberIn('top') ?? top,
    width: numberIn('width') ?? width,
    height: numberIn('height') ?? height,
  };
}

function parsed(text: string | null): Readonly<Partial<Record<keyof Place, unknown>>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

const clamp = (value: number, min: number, max: number) =>
  Math.round(Math.max(min, Math.min(value, Math.max(min, max))));

/** Returns the place moved, and kept inside the viewport. */
export function moved(place: Place, right: number, down: number, viewport: Viewport): Place {
  return {
    ...place,
    left: clamp(place.left + right, 0, viewport.width - place.width),
    top: clamp(place.top + down, 0, viewport.height - place.height),
  };
}

/** Returns the window resized at its lower right corner, and kept inside the viewport. */
export function resized(place: Place, wider: number, higher: number, viewport: Viewport): Place {
  return {
    ...place,
    width: clamp(place.width + wider, MIN_WIDTH, viewport.width - place.left),
    height: clamp(place.height + higher, MIN_HEIGHT, viewport.height - place.top),
  };
}

/**
 * Returns the docked panel with another height.
 *
 * @param from its height now
 */
export function docked(place: Place, from: number, higher: number, viewport: Viewport): Place {
  const dockHeight = clamp(from + higher, MIN_HEIGHT, viewport.height - PAGE_LEFT);
  return { ...place, dockHeight };
}

/** Returns the place with its window inside the viewport, which may have become smaller. */
export const fitted = (place: Place, viewport: Viewport): Place =>
  moved(
    {
      ...place,
      width: Math.max(MIN_WIDTH, Math.min(place.width, viewport.width)),
      height: Math.max(MIN_HEIGHT, Math.min(place.height, viewport.height)),
    },
    0,
    0,
    viewport,
  );
