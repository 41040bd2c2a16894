import type { AddressInfo } from 'node:net';
import { verifyingService } from './verifying-service.ts';

/** Starts the verifying service: `node src/main.ts <origin of Latchkey> <port>`. */
const [origin = 'http://localhost:3000', port = '4000'] = process.argv.slice(2);
const publicKeys = new URL('/.well-known/jwks.json', origin);
const service = verifyingService({
  publicKeys,
  issuer: 'latchkey',
  audience: 'latchkey',
  cookieName: 'X-Access-Token',
  cooldownMs: 1_000,
});
const { keys = [] } = (await fetch(publicKeys).then(
  (reply) => reply.json(),
  () => ({}),
)) as { keys?: unknown[] };
if (keys.length === 0)
  console.error(
    `There are no public keys at ${publicKeys}: start Latchkey first, with JWT_ALGORITHM=ES256. Until then every caller is anonymous.`,
  );
service.listen(Number(port), '127.0.0.1', () =>
  console.log(
    `The service identifies its caller at http://localhost:${(service.address() as AddressInfo).port} (Ctrl-C ends it)`,
  ),
);
