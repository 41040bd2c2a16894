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
  inset: auto 0 0;
  z-index: 25;
  display: flex;
  flex-direction: column;
  block-size: var(--panel);
  border-block-start: 1px solid var(--line-strong);
  background: var(--surface);
  box-shadow: var(--shadow-float);
  font-size: 13px;
  & h3 {
    margin-block-end: 6px;
    font-size: 12px;
    font-weight: 500;
    color: var(--ink-faint);
  }
}
.head {
  display: flex;
  align-items: center;
  gap: 4px 16px;
  padding: 4px 8px 4px 16px;
  border-block-end: 1px solid var(--line);
  & h2 {
    font-weight: 600;
    white-space: nowrap;
  }
  & p {
    flex: 1;
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
.body {
  flex: 1;
  min-block-size: 0;
  overflow-y: auto;
  & > div {
    padding: 12px 16px;
  }
  & > div + div {
    border-block-start: 1px solid var(--line);
  }
  @media (width >= 64rem) {
    display: grid;
    grid-template-columns: 352px minmax(0, 1fr) 320px;
    overflow: hidden;
    & > div {
      overflow-y: auto;
    }
    & > div + div {
      border-block-start: 0;
      border-inline-start: 1px solid var(--line);
    }
  }
}
.happened {
  display: flex;
  flex-direction: column;
}
${CONTENT_STYLES}`;
