/** The CSS of the picture. */
export const STAGE_STYLES = `
.pager {
  display: flex;
  gap: 6px;
  margin-block-end: 8px;
}
.drawing {
  display: block;
  max-inline-size: 100%;
  & text {
    font: 11px/1 "Inter Variable", ui-sans-serif, system-ui, sans-serif;
    fill: var(--ink-soft);
    text-anchor: middle;
  }
  & .lane {
    font-size: 12px;
    font-weight: 600;
    fill: var(--ink);
    text-anchor: start;
  }
  & .count {
    font-weight: 600;
  }
  & .token {
    font: 600 13px/1 var(--mono);
    fill: var(--ink);
  }
  & .line {
    fill: none;
    stroke: var(--ink);
    stroke-width: 3;
    &[data-lane="thief"], &[data-state="copy"] {
      stroke: var(--danger);
    }
    &[data-state="copy"] {
      stroke-dasharray: 3 5;
    }
    &[data-state="used-up"] {
      stroke: var(--brass);
      stroke-dasharray: 10 4;
    }
  }
  & .end {
    stroke: var(--ink-soft);
    stroke-width: 2;
    &[data-caught] {
      stroke: var(--danger);
      stroke-width: 4;
    }
  }
}
.mark, .legend svg {
  & .fill {
    fill: var(--ink);
    stroke: var(--surface);
    stroke-width: 1.5;
  }
  & .open {
    fill: var(--surface);
    stroke: var(--ink);
    stroke-width: 2;
  }
  & .fill.good {
    fill: var(--good);
  }
  & .open.good {
    stroke: var(--good);
  }
  & .fill.danger {
    fill: var(--danger);
  }
  & .open.danger {
    stroke: var(--danger);
  }
  & .fill.notable {
    fill: var(--brass);
  }
  & .open.notable {
    stroke: var(--brass);
  }
  & .on-danger {
    stroke: var(--surface);
    stroke-width: 2.5;
  }
}
.drawing .mark[data-lane="thief"] .fill.good {
  fill: var(--danger);
}
.drawing .mark[data-lane="thief"] .open.good {
  stroke: var(--danger);
}
.mark[data-kind="caught"] text {
  fill: var(--danger);
  font-weight: 600;
}
@media (prefers-reduced-motion: no-preference) {
  .mark {
    animation: mark-in 180ms cubic-bezier(0.2, 0.7, 0.2, 1);
  }
}
@keyframes mark-in {
  from {
    opacity: 0;
  }
}
.told {
  margin-block: 8px;
  font-weight: 500;
}
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 16px;
  color: var(--ink-soft);
  font-size: 12px;
  & div {
    display: flex;
    gap: 8px;
  }
  & dt {
    display: flex;
    align-items: center;
    align-self: start;
    gap: 4px;
    flex: none;
    font-weight: 500;
    color: var(--ink);
  }
}
`;
