import { QueryClientProvider } from '@tanstack/react-query';
import { act, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import { createLatchkey } from '../latchkey.ts';
import { createQueryClient } from '../query-client.ts';
import { LatchkeyProvider } from './provider.tsx';
import { useSession } from './use-session.ts';

function Status() {
  return useSession().status;
}

afterEach(() => void vi.unstubAllGlobals());

/** Counts the channels and listeners that are open. */
function openings() {
  const open = { channels: 0, listeners: 0 };
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        open.channels += 1;
      }
      close() {
        open.channels -= 1;
      }
    },
  );
  return open;
}

/** Stubs what React needs of a browser to mount a component without elements. */
function stubBrowser(open: { listeners: number }) {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('window', {
    HTMLIFrameElement: class {},
    addEventListener: () => {
      open.listeners += 1;
    },
    removeEventListener: () => {
      open.listeners -= 1;
    },
  });
  const document = { nodeType: 9, addEventListener: () => {}, activeElement: null };
  return createRoot({
    nodeType: 1,
    tagName: 'DIV',
    ownerDocument: document,
    addEventListener: () => {},
  } as unknown as Element);
}

it('opens nothing in 2,000 renders on a server (C3)', () => {
  const open = openings();
  const queryClient = createQueryClient();
  for (let n = 0; n < 2_000; n++) {
    const latchkey = createLatchkey({ url: '/trpc', queryClient });
    const page = renderToString(
      <QueryClientProvider client={queryClient}>
        <LatchkeyProvider latchkey={latchkey}>
          <Status />
        </LatchkeyProvider>
      </QueryClientProvider>,
    );
    expect(page).toBe('pending');
  }
  expect(open.channels).toBe(0);
  expect(queryClient.getQueryCache().hasListeners()).toBe(false);
});

it('opens one channel while the provider is mounted, also in StrictMode, and closes it (C3)', async () => {
  const open = openings();
  const root = stubBrowser(open);
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url: '/trpc', queryClient });
  const starts = vi.spyOn(latchkey.control, 'start');
  expect(open).toEqual({ channels: 0, listeners: 0 });
  await act(async () =>
    root.render(
      <StrictMode>
        <LatchkeyProvider latchkey={latchkey}>{null}</LatchkeyProvider>
      </StrictMode>,
    ),
  );
  expect(starts).toHaveBeenCalledTimes(2);
  expect(open).toEqual({ channels: 1, listeners: 1 });
  expect(queryClient.getQueryCache().hasListeners()).toBe(true);
  await act(async () => root.unmount());
  expect(open).toEqual({ channels: 0, listeners: 0 });
  expect(queryClient.getQueryCache().hasListeners()).toBe(false);
});
