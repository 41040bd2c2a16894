/** The CSS of the content of the inspector's panel. */
export const CONTENT_STYLES = `
.age p {
  display: flex;
  justify-content: space-between;
  gap: 16px;
  font-weight: 500;
  & span {
    font-weight: 400;
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
  }
}
.bar {
  block-size: 6px;
  margin-block: 6px 12px;
  border-radius: 999px;
  background: var(--line);
  overflow: hidden;
}
.used {
  block-size: 100%;
  background: var(--brass);
  [data-expired] > & {
    background: var(--danger);
  }
}
.generation {
  display: flex;
  justify-content: space-between;
  font-weight: 500;
  & b {
    font-variant-numeric: tabular-nums;
  }
}
.ticks {
  display: flex;
  flex-direction: row-reverse;
  block-size: 36px;
  margin-block-start: 16px;
  overflow: hidden;
  border-block-end: 1px solid var(--line-strong);
  /* Faint marks where the next rotations will go, in step with the ticks: 3 px wide, 5 px apart. */
  background:
    repeating-linear-gradient(to right, transparent 0 1px, var(--line) 1px 2px, transparent 2px 8px)
    bottom / 100% 6px no-repeat;
  /* Reversed, so that the oldest ticks are cut off. */
  & div {
    display: flex;
    flex: none;
    flex-direction: row-reverse;
    align-items: flex-end;
    gap: 5px;
    margin-inline-end: auto;
  }
  & span {
    flex: none;
    inline-size: 3px;
    block-size: 60%;
    border-radius: 1px 1px 0 0;
    background: var(--line-strong);
    opacity: 0.6;
    transform-origin: bottom;
    &[data-tenth] {
      block-size: 100%;
    }
    &[data-listed] {
      background: var(--ink-soft);
      opacity: 1;
      @media (prefers-reduced-motion: no-preference) {
        animation: tick-in 180ms cubic-bezier(0.2, 0.7, 0.2, 1);
      }
    }
    &:first-child {
      background: var(--brass);
      opacity: 1;
    }
  }
}
@keyframes tick-in {
  from {
    scale: 1 0;
    opacity: 0;
  }
}
.trials {
  min-inline-size: 0;
  border: 0;
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  margin-block: 12px 8px;
  & button {
    min-block-size: 32px;
    padding-inline: 12px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--surface);
    font-size: 12px;
    font-weight: 500;
    white-space: nowrap;
    &:hover {
      border-color: var(--line-strong);
    }
    &[aria-disabled] {
      cursor: default;
      opacity: 0.6;
    }
  }
  &:disabled {
    opacity: 0.5;
  }
}
.hint {
  color: var(--ink-soft);
}
.theft {
  margin-block-start: 4px;
  font-weight: 500;
  color: var(--danger);
  font-variant-numeric: tabular-nums;
}
.cookies {
  display: grid;
  gap: 6px;
  margin-block-end: 10px;
  font-family: var(--mono);
  font-size: 12px;
  line-height: 18px;
  overflow-wrap: anywhere;
  color: var(--ink-soft);
  & b {
    font-weight: 500;
    color: var(--ink);
  }
}
.events {
  flex: 1;
  overflow-y: auto;
  outline-offset: -2px;
  @media (width < 64rem) {
    max-block-size: 224px;
  }
  & li {
    display: flex;
    gap: 12px;
    padding-block: 3px;
    border-inline-start: 3px solid var(--line);
    padding-inline-start: 10px;
    &[data-tone="good"] {
      border-color: var(--good);
    }
    &[data-tone="notable"] {
      border-color: var(--brass);
    }
    &[data-tone="danger"] {
      border-color: var(--danger);
      color: var(--danger);
    }
  }
  & time {
    flex: none;
    font-family: var(--mono);
    font-size: 12px;
    line-height: 20px;
    color: var(--ink-faint);
    font-variant-numeric: tabular-nums;
  }
}
`;
