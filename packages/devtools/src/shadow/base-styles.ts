const LIGHT = `
  color-scheme: light;
  --canvas: oklch(0.982 0.004 80);
  --surface: oklch(0.998 0.001 80);
  --sunken: oklch(0.962 0.005 80);
  --line: oklch(0.915 0.006 75);
  --line-strong: oklch(0.62 0.012 65);
  --ink: oklch(0.235 0.01 60);
  --ink-soft: oklch(0.425 0.012 60);
  --ink-faint: oklch(0.515 0.012 60);
  --brass: oklch(0.635 0.118 78);
  --danger: oklch(0.49 0.165 27);
  --good: oklch(0.47 0.095 150);
`;
const DARK = `
  color-scheme: dark;
  --canvas: oklch(0.185 0.006 65);
  --surface: oklch(0.222 0.007 65);
  --sunken: oklch(0.165 0.006 65);
  --line: oklch(0.305 0.008 65);
  --line-strong: oklch(0.56 0.012 65);
  --ink: oklch(0.945 0.005 80);
  --ink-soft: oklch(0.785 0.009 75);
  --ink-faint: oklch(0.68 0.011 70);
  --brass: oklch(0.78 0.122 82);
  --danger: oklch(0.76 0.125 25);
  --good: oklch(0.77 0.115 150);
`;

/** The colours of the system, where the user forces their own. */
const FORCED = `
  --canvas: Canvas;
  --surface: Canvas;
  --sunken: Canvas;
  --line: CanvasText;
  --line-strong: CanvasText;
  --ink: CanvasText;
  --ink-soft: CanvasText;
  --ink-faint: CanvasText;
  --brass: Highlight;
  --danger: CanvasText;
  --good: CanvasText;
`;

/**
 * The CSS of the themes, the reset and the button. Lengths are in px, because rem depends on the
 * app. The page's rules win over those for the host, so nothing is inherited from it. The button
 * lies in the flow of the page, and covers nothing. The host reserves the room that the docked
 * panel covers, so that the whole page can be scrolled into view.
 */
export const BASE_STYLES = `
:host {
  display: block;
  flex: none;
  block-size: 40px;
}
.root {
  all: initial;
  display: block;
  ${LIGHT}
  --mono: "JetBrains Mono Variable", ui-monospace, monospace;
  --shadow-card: 0 1px 2px oklch(0 0 0 / 0.05), 0 8px 24px -16px oklch(0 0 0 / 0.05);
  --shadow-float: 0 1px 2px oklch(0 0 0 / 0.05), 0 16px 40px -12px oklch(0 0 0 / 0.15);
  font: 13px/1.6 "Inter Variable", ui-sans-serif, system-ui, sans-serif;
  font-feature-settings: "cv05", "cv08", "ss03";
  -webkit-font-smoothing: antialiased;
  color: var(--ink);
}
@media (prefers-color-scheme: dark) {
  .root {${DARK}}
}
:host([data-theme="light"]) .root {${LIGHT}}
:host([data-theme="dark"]) .root {${DARK}}
@media (forced-colors: active) {
  .root, :host([data-theme]) .root {${FORCED}}
}
:host([data-open]) {
  --panel: min(var(--dock-height, min(380px, 46dvh)), 85dvh);
}
:host([data-open="docked"]) {
  block-size: var(--panel);
}
:host([data-open="window"]) {
  block-size: 0;
  @media (width < 40rem) {
    block-size: var(--panel);
  }
}
@media print {
  :host {
    display: none;
  }
}
*, ::before, ::after {
  box-sizing: border-box;
  margin: 0;
  padding: 0;
}
h2, h3 {
  font: inherit;
}
ol, ul {
  list-style: none;
}
button {
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  &:not(:disabled) {
    cursor: pointer;
  }
}
:focus-visible {
  outline: 2px solid var(--brass);
  outline-offset: 2px;
}
.opener {
  display: flex;
  align-items: center;
  gap: 8px;
  margin-inline-start: 12px;
  min-block-size: 32px;
  padding-inline: 10px 12px;
  border: 1px solid var(--line);
  border-radius: 999px;
  background: var(--surface);
  color: var(--ink-soft);
  font-size: 12px;
  font-weight: 500;
  box-shadow: var(--shadow-card);
  &:hover {
    border-color: var(--line-strong);
    color: var(--ink);
  }
  & svg {
    block-size: 16px;
  }
}
`;
