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

const ALONE: TabSync = { post: () => {}, close: () => {} };

/**
 * Connects this tab with the others of its origin. A message does not reach the tab that sent it.
 * Outside a browser there are no tabs, and nothing is opened that would keep the process alive. A
 * tab whose browser blocks storage stays alone: it learns of changes by the server's next answer.
 */
export function joinTabs(onMessage: (message: TabMessage) => void): TabSync {
  if (typeof window === 'undefined') return ALONE;
  try {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'signed-in' || data === 'signed-out') onMessage(data);
    };
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  } catch {
    return ALONE;
  }
}
