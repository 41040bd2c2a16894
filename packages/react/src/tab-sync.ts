/**
 * What a tab tells the others of this browser. Facts only: whoever hears one asks the server
 * itself.
 */
export type TabMessage = 'signed-in' | 'signed-out';

const CHANNEL = 'latchkey';

export interface TabSync {
  post(message: TabMessage): void;
  close(): void;
}

/** Joins the tabs of this origin. A message never comes back to the tab that sent it. */
export function joinTabs(onMessage: (message: TabMessage) => void): TabSync {
  const hear = (data: unknown) => {
    if (data === 'signed-in' || data === 'signed-out') onMessage(data);
  };
  return typeof BroadcastChannel === 'undefined' ? joinByStorage(hear) : joinByChannel(hear);
}

function joinByChannel(hear: (data: unknown) => void): TabSync {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => hear(data);
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

/**
 * For browsers without channels: the other tabs hear of a changed entry. It is removed at once, and
 * where storage is refused the tabs go without.
 */
function joinByStorage(hear: (data: unknown) => void): TabSync {
  const listen = ({ key, newValue }: StorageEvent) => {
    if (key === CHANNEL) hear(newValue);
  };
  window.addEventListener('storage', listen);
  return {
    post(message) {
      try {
        localStorage.setItem(CHANNEL, message);
        localStorage.removeItem(CHANNEL);
      } catch {
        // Refused by the browser's settings. Each tab still learns of it from the server's next
        // answer.
      }
    },
    close: () => window.removeEventListener('storage', listen),
  };
}
