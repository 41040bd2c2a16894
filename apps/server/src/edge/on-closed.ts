import type { ServerResponse } from 'node:http';

const waiting = new WeakMap<ServerResponse, (() => void)[]>();

/**
 * Calls back once when a response is finished or its connection is closed. All callbacks of a
 * response share one listener, because Node warns of a leak when more than ten are registered.
 */
export function onClosed(res: ServerResponse, callback: () => void): void {
  const callbacks = waiting.get(res);
  if (callbacks) {
    callbacks.push(callback);
    return;
  }
  const first = [callback];
  waiting.set(res, first);
  res.once('close', () => {
    for (const each of first) each();
  });
}
