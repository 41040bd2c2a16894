import type { ServerResponse } from 'node:http';

/**
 * Adds members to a response header that holds a list, such as `Vary`. Present members stay and are
 * not repeated.
 *
 * @param members separated by commas
 */
export function appendToList(
  response: Pick<ServerResponse, 'getHeader' | 'setHeader'>,
  name: string,
  members: string,
): void {
  const present = response.getHeader(name);
  const list = present === undefined ? members : joinLists(String(present), members);
  if (list !== present) response.setHeader(name, list);
}

/** Joins two comma-separated lists without repetitions. */
export function joinLists(present: string, members: string): string {
  const list = membersOf(present);
  const known = new Set(list.map((member) => member.toLowerCase()));
  const missing = membersOf(members).filter((member) => !known.has(member.toLowerCase()));
  return missing.length > 0 ? [...list, ...missing].join(', ') : present;
}

function membersOf(list: string): string[] {
  return list
    .split(',')
    .map((member) => member.trim())
    .filter(Boolean);
}
