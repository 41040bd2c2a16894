import { afterEach, expect, it, vi } from 'vitest';
import { joinTabs, type TabMessage, type TabSync } from './tab-sync.ts';

const open: TabSync[] = [];
function tab() {
  const heard: TabMessage[] = [];
  const sync = joinTabs((message) => heard.push(message));
  open.push(sync);
  return { heard, sync };
}

afterEach(() => {
  for (const sync of open.splice(0)) sync.close();
  vi.unstubAllGlobals();
});

it('reaches every other tab and not the one that spoke', async () => {
  const [a, b, c] = [tab(), tab(), tab()];
  a.sync.post('signed-out');
  await vi.waitFor(() => expect([b.heard, c.heard]).toEqual([['signed-out'], ['signed-out']]));
  expect(a.heard).toEqual([]);
});

it('ignores what it does not know', async () => {
  const a = tab();
  const stranger = new BroadcastChannel('latchkey');
  stranger.postMessage({ type: 'signed-in' });
  stranger.postMessage('signed-in');
  await vi.waitFor(() => expect(a.heard).toEqual(['signed-in']));
  stranger.close();
});

it('without channels, tells the other tabs by a storage event and leaves nothing behind', () => {
  const page = new EventTarget();
  const entries: string[] = [];
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('window', page);
  vi.stubGlobal('localStorage', {
    setItem: (key: string, value: string) => entries.push(`${key}=${value}`),
    removeItem: (key: string) => entries.push(`-${key}`),
  });
  const { sync, heard } = tab();
  sync.post('signed-in');
  expect(entries).toEqual(['latchkey=signed-in', '-latchkey']);
  for (const [key, newValue] of [
    ['latchkey', 'signed-out'],
    ['latchkey', null],
    ['theme', 'signed-in'],
  ])
    page.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }));
  expect(heard).toEqual(['signed-out']);
});
