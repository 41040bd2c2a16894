import { describe, expect, it } from 'vitest';
import { DEFAULT_PLACE, docked, fitted, moved, parsePlace, resized } from './place.ts';

const VIEWPORT = { width: 1280, height: 900 };

describe('the place of the inspector', () => {
  it('F21: the inspector is closed and docked by default', () => {
    expect(parsePlace(null)).toEqual(DEFAULT_PLACE);
    expect(DEFAULT_PLACE).toMatchObject({ isOpen: false, mode: 'docked', dockHeight: null });
  });

  it('parsePlace reads what was stored, and replaces what is malformed', () => {
    const place = { ...DEFAULT_PLACE, isOpen: true, mode: 'window', left: 7 } as const;
    expect(parsePlace(JSON.stringify(place))).toEqual(place);
    for (const text of ['', 'x', '3', 'null', '[]', '{"left":"7","mode":"top","isOpen":1}'])
      expect(parsePlace(text)).toEqual(DEFAULT_PLACE);
  });

  it('moved and resized keep the window inside the viewport', () => {
    expect(moved(DEFAULT_PLACE, 10, -8, VIEWPORT)).toMatchObject({ left: 58, top: 40 });
    expect(moved(DEFAULT_PLACE, 9_999, 9_999, VIEWPORT)).toMatchObject({ left: 420, top: 440 });
    expect(moved(DEFAULT_PLACE, -9_999, -9_999, VIEWPORT)).toMatchObject({ left: 0, top: 0 });
    expect(resized(DEFAULT_PLACE, 9_999, 9_999, VIEWPORT)).toMatchObject({
      width: 1232,
      height: 852,
    });
    expect(resized(DEFAULT_PLACE, -9_999, -9_999, VIEWPORT)).toMatchObject({
      width: 300,
      height: 160,
    });
  });

  it('F21: docked leaves a part of the page uncovered', () => {
    expect(docked(DEFAULT_PLACE, 340, 24, VIEWPORT).dockHeight).toBe(364);
    expect(docked(DEFAULT_PLACE, 340, 9_999, VIEWPORT).dockHeight).toBe(780);
    expect(docked(DEFAULT_PLACE, 340, -9_999, VIEWPORT).dockHeight).toBe(160);
  });

  it('fitted brings a window back that a smaller viewport would not show', () => {
    const place = { ...DEFAULT_PLACE, left: 2_000, top: 1_500, width: 1_600 };
    expect(fitted(place, { width: 800, height: 600 })).toMatchObject({
      left: 0,
      top: 140,
      width: 800,
      height: 460,
    });
  });
});
