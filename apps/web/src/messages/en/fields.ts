/** Around what the server says of a field without naming it: `must be at least 15 characters`. */
export const thisField = (says: string) => `This ${says}`;
