export const browserOnSystem = (browser: string, system: string) => `${browser} on ${system}`;
