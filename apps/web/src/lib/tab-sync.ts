/** What a tab tells the others of this browser. Facts only: whoever hears one asks the server itself. */
export type TabMessage = 'signed-in' | 'signed-out';

const CHANNEL = 'latchkey';

export interface TabSync {
  post(message: TabMessage): void;
  close(): void;
}

/** Joins the tabs of this origin. A message never comes back to the tab that sent it. */
export function joinTabs(onMessage: (message: TabMessage) => void): TabSync {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'signed-in' || data === 'signed-out') onMessage(data);
  };
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}
