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
