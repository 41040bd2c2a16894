import type { GlobalSetupContext } from 'vitest/node';
import { openFlat } from './flat';

/** The server for tests in jsdom, which has another Uint8Array and another Request than Node. */
export default async function setup({ provide }: GlobalSetupContext) {
  const flat = await openFlat();
  provide('origin', flat.origin);
  return flat.close;
}

declare module 'vitest' {
  interface ProvidedContext {
    origin: string;
  }
}
