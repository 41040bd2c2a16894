import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { joinTabs, type TabMessage, type TabSync } from './tab-sync.ts';

const open: TabSync[] = [];
function tab() {
  const received: TabMessage[] = [];
  const sync = joinTabs((message) => received.push(message));
  open.push(sync);
  return { received, sync };
}

beforeEach(() => {
  vi.stubGlobal('window', {});
});
afterEach(() => {
  for (const sync of open.splice(0)) sync.close();
  vi.unstubAllGlobals();
});

it("sends a tab's message to every other tab, not to the sender", async () => {
  const [a, b, c] = [tab(), tab(), tab()];
  a.sync.post('signed-out');
  await vi.waitFor(() =>
    expect([b.received, c.received]).toEqual([['signed-out'], ['signed-out']]),
  );
  expect(a.received).toEqual([]);
});

it('ignores unknown messages from other tabs', async () => {
  const a = tab();
  const other = new BroadcastChannel('latchkey');
  other.postMessage({ type: 'signed-in' });
  other.postMessage('signed-in');
  await vi.waitFor(() => expect(a.received).toEqual(['signed-in']));
  other.close();
});

it('stays alone if the browser blocks BroadcastChannel', () => {
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      }
    },
  );
  const { sync, received } = tab();
  sync.post('signed-in');
  expect(received).toEqual([]);
});
