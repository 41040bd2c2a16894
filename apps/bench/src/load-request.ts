import { type Agent, get } from 'node:http';

/**
 * Sends one GET to 127.0.0.1, and reads and discards the body.
 *
 * @throws Error if the response is not 200
 */
export function loadRequest(
  agent: Agent,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      if (response.statusCode !== 200)
        return reject(new Error(`${path} answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}
