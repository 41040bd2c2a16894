import { useEffect, useId, useRef, useState } from 'react';

const PAUSE = 250;

interface SearchFieldProps {
  label: string;
  placeholder?: string;
  /** What is searched for now. */
  value: string;
  maxLength: number;
  /** Called once the typing has paused. */
  onSearch: (text: string) => void;
  className?: string;
}

/** A field whose text is the search, without a button. */
export function SearchField({
  label,
  value,
  onSearch,
  className = '',
  ...input
}: SearchFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const search = useRef(onSearch);
  search.current = onSearch;

  // Back and Forward change what is searched for, too.
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    timer.current = setTimeout(() => search.current(typed.trim()), PAUSE);
    return () => clearTimeout(timer.current);
  }, [typed, value]);

  /**
   * Whoever leaves the field is on their way somewhere else, and must not be called back by a late
   * search.
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
