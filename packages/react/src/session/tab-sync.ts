/**
 * A message from a tab to the others of this browser. A tab that receives it asks the server
 * itself.
 */
export type TabMessage = 'signed-in' | 'signed-out';

const CHANNEL = 'latchkey';

export interface TabSync {
  post(message: TabMessage): void;
  close(): void;
}

/**
 * Connects this tab with the others of its origin. A message does not reach the tab that sent it.
 * Outside a browser there are no tabs, and nothing is opened that would keep the process alive.
 */
export function joinTabs(onMessage: (message: TabMessage) => void): TabSync {
  if (typeof window === 'undefined') return { post: () => {}, close: () => {} };
  const receive = (data: unknown) => {
    if (data === 'signed-in' || data === 'signed-out') onMessage(data);
  };
  return typeof BroadcastChannel === 'undefined' ? joinByStorage(receive) : joinByChannel(receive);
}

function joinByChannel(receive: (data: unknown) => void): TabSync {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => receive(data);
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

/**
 * Connects tabs in browsers without BroadcastChannel: other tabs get a `storage` event. The entry
 * is removed at once.
 */
function joinByStorage(receive: (data: unknown) => void): TabSync {
  const listen = ({ key, newValue }: StorageEvent) => {
    if (key === CHANNEL) receive(newValue);
  };
  window.addEventListener('storage', listen);
  return {
    post(message) {
      try {
        localStorage.setItem(CHANNEL, message);
        localStorage.removeItem(CHANNEL);
      } catch {
        // Ignored, because storage is blocked: each tab still learns of the change from the
        // server's next answer.
      }
    },
    close: () => window.removeEventListener('storage', listen),
  };
}
