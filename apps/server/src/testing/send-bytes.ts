import { connect } from 'node:net';

/**
 * Sends bytes on a new connection and returns the status line of the response; `cut` if the
 * connection is closed without one.
 */
export function sendBytes(
  port: number,
  bytes: string,
  { waitMs = 15_000 } = {},
): Promise<{ readonly status: number | 'cut'; readonly answer: string; readonly seconds: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const late = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(
          `no answer and no end within ${waitMs} ms to ${JSON.stringify(bytes.slice(0, 80))}; so far ${JSON.stringify(answer.slice(0, 200))}`,
        ),
      );
    }, waitMs);
    const end = () => {
      clearTimeout(late);
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
      resolve({
        status: status === undefined ? 'cut' : Number(status),
        answer,
        seconds: (performance.now() - began) / 1000,
      });
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', end);
    /**
     * Ignores socket errors: a server that has answered may close before it has read everything.
     */
    socket.on('error', () => {});
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}
