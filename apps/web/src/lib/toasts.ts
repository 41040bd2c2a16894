import { createStore } from '@latchkey/react';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly look: 'good' | 'danger';
}

const SHOWN_FOR_MS = 6_000;
let last = 0;

/**
 * The toasts on the screen, newest last. They are kept outside React, so that they outlive the page
 * that caused them.
 */
export const toasts = createStore<readonly Toast[]>([]);

/**
 * Shows the result of an action for six seconds. Use a notice for messages that the user must not
 * miss.
 */
export function toast(text: string, look: Toast['look'] = 'good'): void {
  last += 1;
  const id = last;
  toasts.set([...toasts.get().slice(-2), { id, text, look }]);
  setTimeout(() => dismiss(id), SHOWN_FOR_MS);
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}
