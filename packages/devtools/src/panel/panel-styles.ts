import { STAGE_STYLES } from '../stage/stage-styles.ts';
import { CONTENT_STYLES } from './content-styles.ts';

/** The CSS of the inspector's open panel. */
export const PANEL_STYLES = `
.visually-hidden {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.panel {
  position: fixed;
  z-index: 25;
  display: flex;
  flex-direction: column;
  border: 1px solid var(--line-strong);
  background: var(--surface);
  box-shadow: var(--shadow-float);
  font-size: 13px;
  & h3 {
    font-size: 12px;
    font-weight: 600;
    color: var(--ink-soft);
  }
  &, &[data-mode="window"] {
    inset: auto 0 0;
    block-size: var(--panel);
    border-width: 1px 0 0;
  }
  @media (width >= 40rem) {
    &[data-mode="window"] {
      inset: var(--top) auto auto var(--left);
      inline-size: min(var(--width), 100vw);
      block-size: min(var(--window-height), 100dvh);
      border-width: 1px;
      border-radius: 12px;
    }
  }
}
.sash {
  position: absolute;
  inset: -5px 0 auto;
  block-size: 10px;
  cursor: ns-resize;
  touch-action: none;
}
.head {
  display: flex;
  align-items: center;
  gap: 4px;
  padding-inline-end: 8px;
  border-block-end: 1px solid var(--line);
  & .title {
    display: flex;
    align-items: center;
    gap: 4px 16px;
    flex: 1;
    min-inline-size: 0;
    min-block-size: 40px;
    padding: 4px 8px 4px 16px;
  }
  & h2 {
    font-weight: 600;
    white-space: nowrap;
  }
  & p {
    min-inline-size: 0;
    color: var(--ink-soft);
  }
  & button {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 8px;
    color: var(--ink-soft);
    &:hover {
      background: var(--sunken);
      color: var(--ink);
    }
  }
}
[data-mode="window"] {
  & .title, & .grip {
    cursor: move;
    touch-action: none;
    user-select: none;
  }
}
.corner {
  position: absolute;
  inset: auto 0 0 auto;
  padding: 4px;
  line-height: 0;
  color: var(--ink-soft);
  cursor: nwse-resize;
  touch-action: none;
}
@media (width < 40rem) {
  .head .grip, .head .mode, .corner {
    display: none;
  }
}
.body {
  flex: 1;
  min-block-size: 0;
  overflow-y: auto;
  container-type: size;
}
.now, .pictured, .happened {
  padding: 12px 16px;
}
.now > h3 {
  margin-block: 14px 6px;
}
.told-of {
  min-inline-size: 0;
  border-block-start: 1px solid var(--line);
}
@container (width >= 44rem) {
  .columns {
    display: grid;
    grid-template-columns: 336px minmax(0, 1fr);
    min-block-size: 100%;
  }
  .told-of {
    border-block-start: 0;
    border-inline-start: 1px solid var(--line);
  }
}
@container (width >= 66rem) {
  .columns {
    block-size: 100cqb;
    grid-template-rows: minmax(0, 1fr);
  }
  .told-of {
    display: grid;
    min-block-size: 0;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1.3fr) minmax(0, 1fr);
  }
  .stories {
    grid-column: 1 / -1;
  }
  .pictured, .happened {
    grid-row: 2;
    overflow-y: auto;
    min-block-size: 0;
  }
  .now {
    overflow-y: auto;
  }
  .happened {
    display: flex;
    flex-direction: column;
    border-inline-start: 1px solid var(--line);
  }
}
${CONTENT_STYLES}${STAGE_STYLES}`;
