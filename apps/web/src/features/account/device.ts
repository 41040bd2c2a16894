import * as devices from '#messages/devices.ts';
/** What a browser said of itself, as far as the server could read it. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

/** Browser and system in words: `Firefox 128 on Windows 11`; null when neither is known. */
export function describeDevice({ browser, system }: Device): string | null {
  return browser && system ? devices.browserOnSystem(browser, system) : (browser ?? system);
}
