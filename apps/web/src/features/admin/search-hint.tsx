import * as adminPage from '#messages/admin/page.tsx';

interface SearchHintProps {
  id: string;
  /** Where the server searched for the text; null without a text, undefined before it answers. */
  match: 'anywhere' | 'beginning' | null | undefined;
  anywhere?: string;
  beginning?: string;
}

/**
 * Says below a search whether it finds a text anywhere or at the beginning. It keeps its height, so
 * that the list below stays in place.
 */
export function SearchHint({
  id,
  match,
  anywhere = adminPage.matchesAnywhere,
  beginning = adminPage.matchesBeginning,
}: SearchHintProps) {
  return (
    <p id={id} className="mt-1.5 min-h-5 text-sm text-ink-soft print:hidden">
      {match === 'anywhere' && anywhere}
      {match === 'beginning' && beginning}
    </p>
  );
}
