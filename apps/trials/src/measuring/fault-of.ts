/** Returns the message of a `fetch` error that got no response. */
export function faultOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
