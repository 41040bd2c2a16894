import { Toaster } from '../components/feedback/toaster.tsx';
import { BrandMark } from '../components/page/brand-mark.tsx';
import { Page } from '../components/page/page.tsx';
import { ThemeSwitch } from '../components/page/theme-switch.tsx';
import { Controls } from './controls.tsx';
import { Lists } from './lists.tsx';
import { Messages } from './messages.tsx';
import { Windows } from './windows.tsx';

/** Shows every component in its states, for developers who change one. It needs no server. */
export function Gallery() {
  return (
    <>
      <header className="page-width flex min-h-16 items-center justify-between gap-4">
        <span className="flex items-center gap-2.5 font-semibold tracking-tight">
          <BrandMark className="h-6" />
          Latchkey
        </span>
        <ThemeSwitch />
      </header>
      <main className="page-width pt-8 pb-20 sm:pt-12">
        <Page
          title="Gallery"
          lead="Every component in its states. Development only: no build holds this page. Try each in both themes, at 390 px, and by keyboard alone."
          focusHeading={false}
        >
          <Controls />
          <Messages />
          <Lists />
          <Windows />
        </Page>
      </main>
      <Toaster />
    </>
  );
}
