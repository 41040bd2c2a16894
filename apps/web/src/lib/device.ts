import * as devices from '#messages/devices.ts';

/** The browser and operating system that the server derived from `User-Agent`. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

/** Describes a browser and its system, `Firefox 128 on Windows 11`; null if neither is known. */
export function describeDevice({ browser, system }: Device): string | null {
  return browser && system ? devices.browserOnSystem(browser, system) : (browser ?? system);
}
