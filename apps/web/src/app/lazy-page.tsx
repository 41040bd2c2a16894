import { useStore } from '@latchkey/react';
import { type ComponentType, type ReactNode, use } from 'react';
import { lazyPart } from '../lib/lazy/lazy-part.ts';
import { NotArrivedPage } from './pages/not-arrived-page.tsx';

/** The names of those exports of a module that are components. */
type ComponentOf<Module> = {
  [Name in keyof Module]: Module[Name] extends ComponentType ? Name : never;
}[keyof Module];

export type LazyPage = (() => ReactNode) & {
  /** Loads the code of the page if it is missing. Never rejects. */
  readonly preload: () => Promise<void>;
};

/**
 * Creates a page whose code is loaded when it is needed. If the code does not arrive, the app says
 * so in place of the page, and the rest of the app stays.
 *
 * @param name of the source file, without its extension
 */
export function lazyPage<Module>(
  name: string,
  importModule: () => Promise<Module>,
  component: ComponentOf<Module>,
): LazyPage {
  const part = lazyPart(name, async () => (await importModule())[component] as ComponentType);

  function Lazy() {
    const state = useStore(part.state);
    if (state.status === 'ready') return <state.value />;
    if (state.status === 'broken') throw state.error;
    if (state.status === 'failed')
      return <NotArrivedPage key={state.failure} part={part} failure={state.failure} />;
    use(part.load());
    return null;
  }
  return Object.assign(Lazy, { preload: part.load });
}
