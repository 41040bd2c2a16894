import type { Servers } from '../servers.ts';
export async function printSizing(_servers: Servers): Promise<void> {}
