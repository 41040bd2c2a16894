/**
 * Keeps a part of the inspector out of production.
 *
 * @throws Error if `NODE_ENV` is `production`
 */
export function refuseProduction(what: string, why: string): void {
  if (process.env.NODE_ENV === 'production')
    throw new Error(`${what}: NODE_ENV is production. ${why}: create it in development only.`);
}
