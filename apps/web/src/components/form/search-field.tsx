import { useEffect, useId, useRef, useState } from 'react';

const PAUSE_MS = 250;

interface SearchFieldProps {
  label: string;
  placeholder?: string;
  /** The search that the list shows now. */
  value: string;
  maxLength: number;
  /** The id of a text that says how the search works. */
  describedBy?: string;
  /** Called when the typing pauses, with the trimmed text. */
  onSearch: (text: string) => void;
  className?: string;
}

/** A search field without a button: it searches when the typing pauses. */
export function SearchField({
  label,
  value,
  onSearch,
  describedBy,
  className = '',
  ...input
}: SearchFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const search = useRef(onSearch);
  search.current = onSearch;

  // Updates the field when Back or Forward changes the search.
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    timer.current = setTimeout(() => search.current(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer.current);
  }, [typed, value]);

  /**
   * Searches when the field loses the focus: a later search would navigate back from the page that
   * the user opens next.
   */
  function searchNow() {
    clearTimeout(timer.current);
    if (typed.trim() !== value) search.current(typed.trim());
  }

  return (
    <div className={`flex flex-col gap-1.5 ${className}`}>
      <label htmlFor={id} className="text-label">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-describedby={describedBy}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={searchNow}
        autoComplete="off"
        spellCheck={false}
        className="h-10 w-full rounded-control border border-line-strong bg-surface px-3 text-sm text-ink hover:border-ink-faint"
      />
    </div>
  );
}
