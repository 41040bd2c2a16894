/** The CSS of the content of the inspector's panel. */
export const CONTENT_STYLES = `
.age p {
  display: flex;
  justify-content: space-between;
  gap: 16px;
  font-weight: 500;
  white-space: nowrap;
  & span {
    font-weight: 400;
    white-space: normal;
    text-align: end;
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
  @media (forced-colors: active) {
    border: 1px solid;
  }
}
.left {
  block-size: 100%;
  background: var(--brass);
  forced-color-adjust: none;
}
.generation {
  display: flex;
  justify-content: space-between;
  font-weight: 500;
  & b {
    font-variant-numeric: tabular-nums;
  }
}
.intro {
  margin-block-end: 12px;
  & summary {
    font-weight: 600;
  }
  & p {
    margin-block-start: 4px;
  }
  & code {
    font-family: var(--mono);
    font-size: 12px;
  }
}
summary {
  cursor: pointer;
}
.trials {
  min-inline-size: 0;
  border: 0;
  display: grid;
  gap: 6px;
  margin-block: 12px 8px;
  &:disabled {
    opacity: 0.5;
  }
}
.trial {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 2px 12px;
  & details {
    color: var(--ink-soft);
    &[open] {
      flex-basis: 100%;
    }
  }
}
.trial > button, .skip, .tools button, .stories button, .pager button {
  min-block-size: 32px;
  padding-inline: 10px;
  border: 1px solid var(--line-strong);
  border-radius: 8px;
  background: var(--surface);
  font-size: 12px;
  font-weight: 500;
  &:hover {
    background: var(--sunken);
  }
  &:disabled, &[aria-disabled] {
    cursor: default;
    opacity: 0.6;
  }
  &[aria-pressed="true"] {
    border-color: var(--ink);
    background: var(--ink);
    color: var(--canvas);
    @media (forced-colors: active) {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
}
.skip {
  margin-block-start: 6px;
}
.stories {
  border: 0;
  border-block-end: 1px solid var(--line);
  min-inline-size: 0;
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  padding: 8px 16px;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px;
  margin-block-end: 8px;
  & h3 {
    margin-inline-end: auto;
  }
  & input {
    inline-size: 90px;
    min-block-size: 32px;
    padding-inline: 8px;
    border: 1px solid var(--line-strong);
    border-radius: 8px;
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-size: 12px;
    &::placeholder {
      color: var(--ink-faint);
    }
  }
  & button {
    min-block-size: 32px;
    padding-inline: 8px;
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
  min-block-size: 96px;
  @container (width < 66rem) {
    max-block-size: 260px;
  }
  & li > div {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  & .answer {
    font-family: var(--mono);
    font-size: 11px;
    line-height: 16px;
    color: var(--ink-faint);
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
