import { createStore } from '@latchkey/react';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly look: 'good' | 'danger';
}

const SHOWN_FOR = 6_000;
let last = 0;

/**
 * What has just happened, the newest last. Outside React, so that whoever did it need not stay on
 * the page.
 */
export const toasts = createStore<readonly Toast[]>([]);

/**
 * Says in the corner what came of an act. What must not be missed belongs into the page instead.
 */
export function toast(text: string, look: Toast['look'] = 'good'): void {
  last += 1;
  const id = last;
  toasts.set([...toasts.get().slice(-2), { id, text, look }]);
  setTimeout(() => dismiss(id), SHOWN_FOR);
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}
