import type { ServerResponse } from 'node:http';

/**
 * Adds members to a response header that holds a list, such as `Vary`. Members that other
 * middleware set stay and are not repeated.
 *
 * @param members separated by commas
 */
export function appendToList(
  response: Pick<ServerResponse, 'getHeader' | 'setHeader'>,
  name: string,
  members: string,
): void {
  const present = response.getHeader(name);
  if (present === undefined) return void response.setHeader(name, members);
  const list = membersOf(String(present));
  const known = new Set(list.map((member) => member.toLowerCase()));
  const missing = membersOf(members).filter((member) => !known.has(member.toLowerCase()));
  if (missing.length > 0) response.setHeader(name, [...list, ...missing].join(', '));
}

function membersOf(list: string): string[] {
  return list
    .split(',')
    .map((member) => member.trim())
    .filter(Boolean);
}
