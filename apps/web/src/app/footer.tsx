import * as messages from '#messages/shell.ts';
import { ThemeSwitch } from '../components/ui/theme-switch.tsx';

export function Footer() {
  return (
    <footer className="page-width mt-auto flex flex-wrap items-center justify-between gap-x-8 gap-y-3 pt-16 pb-8 text-sm text-ink-faint">
      <p>
        {messages.theReferenceApp}{' '}
        <a href="/scalar" className="link">
          {messages.apiReference}
        </a>
      </p>
      <ThemeSwitch />
    </footer>
  );
}
