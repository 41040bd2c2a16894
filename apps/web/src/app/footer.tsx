import * as shell from '#messages/shell.ts';
import { ThemeSwitch } from '../components/page/theme-switch.tsx';

export function Footer() {
  return (
    <footer className="page-width mt-auto flex flex-wrap items-center justify-between gap-x-8 gap-y-3 pt-16 pb-8 text-sm text-ink-faint">
      <p>
        {shell.footer}{' '}
        <a href="/scalar" className="link">
          {shell.apiReference}
        </a>
      </p>
      <ThemeSwitch />
    </footer>
  );
}
