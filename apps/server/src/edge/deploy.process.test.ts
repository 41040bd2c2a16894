import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { dirname } from 'node:path';
import { findServer, SERVER_PROGRAMS, startNginx } from '@latchkey/test-services';
import { freePort } from '@latchkey/test-services/free-port';
import { describe, expect, it } from 'vitest';
import { localTls } from '../config/local-tls.ts';
import { generateSecret } from '../config/secret.ts';
import { commandLine } from '../testing/command-line.ts';
import { processFixture } from '../testing/process-fixture.ts';
import { runCli } from '../testing/run-cli.ts';

const { path, database, spawn: spawnServer, start } = processFixture();
const PASSWORD = 'lantern otter seventeen brick';
const DEPLOY = readFileSync(new URL('../../../../docs/deploy.md', import.meta.url), 'utf8');

/**
 * Returns a configuration from docs/deploy.md, with the addresses of this test in place of the
 * documented ones.
 */
function configuration(language: string, changes: Readonly<Record<string, string>>): string {
  let text = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(DEPLOY)?.[1] ?? '';
  for (const [from, to] of Object.entries(changes)) {
    expect(text, `docs/deploy.md contains ${from}`).toContain(from);
    text = text.replaceAll(from, to);
  }
  return text;
}

/**
 * Starts a production server with one account behind a proxy, and offers the doctor's report on
 * `https://localhost:<port>`.
 */
async function production(port: number) {
  const tls = await localTls(path('tls'));
  const variables = {
    ...database(),
    NODE_ENV: 'production',
    PUBLIC_ORIGIN: `https://localhost:${port}`,
    LATCHKEY_SECRET: generateSecret(),
    TRUST_PROXY: '1',
    ACCESS_TOKEN_SECONDS: '10',
    DRAIN_LEAD_SECONDS: '0',
  };
  expect(
    await commandLine('users create carol', variables, { stdin: `${PASSWORD}\n` }),
  ).toMatchObject({ code: 0 });
  const server = await spawnServer(variables);
  return {
    tls,
    port: server.port,
    certificate: path('tls', 'certificate.pem'),
    key: path('tls', 'key.pem'),
    async ready(): Promise<void> {
      await expect
        .poll(() => answers(port), { timeout: 120_000, message: server.output() })
        .toBe(200);
    },
    /**
     * Runs the doctor and returns the ids of its findings. One finding is expected, `origin-local`,
     * because the origin of this test is localhost.
     */
    doctor: async () => {
      const { out, err } = await runCli(
        ['doctor', '--json', '--url', `https://localhost:${port}`, '--username', 'carol'],
        {
          cwd: path(),
          variables: { ...variables, NODE_EXTRA_CA_CERTS: tls.authority },
          stdin: `${PASSWORD}\n`,
        },
      );
      expect(err).toBe('');
      return (JSON.parse(out) as { findings: { id: string }[] }).findings.map(({ id }) => id);
    },
  };
}

function answers(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(
      { host: 'localhost', port, path: '/readyz', rejectUnauthorized: false },
      (response) => resolve(response.resume().statusCode),
    );
    sent.on('error', () => resolve(undefined));
    sent.end();
  });
}

describe('deployments that the doctor examines', () => {
  it('the doctor reports no findings in the default set-up', async () => {
    const server = await start({ ACCESS_TOKEN_SECONDS: '2' });
    const report = await commandLine(`doctor --url ${server.origin}`, {
      ...database(),
      ACCESS_TOKEN_SECONDS: '2',
    });
    expect(report).toEqual({
      code: 0,
      out: `No findings in settings and stores and ${server.origin}.`,
      err: '',
    });
  });

  it('the doctor reports no findings in production behind the documented nginx', async () => {
    const port = await freePort();
    const { certificate, key, ...server } = await production(port);
    const block = configuration('nginx', {
      '127.0.0.1:3000': `127.0.0.1:${server.port}`,
      'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
      'server_name app.example.com': 'server_name localhost',
      '/etc/ssl/app.example.com.pem': certificate,
      '/etc/ssl/app.example.com.key': key,
    });
    const nginx = await startNginx(
      (own) => `${block}\nserver { listen 127.0.0.1:${own}; return 204; }`,
    );
    await server.ready();
    expect(await server.doctor()).toEqual(['origin-local']);
    await nginx.stop();
  });

  it('the doctor reports no findings in production behind the documented Caddy', async () => {
    const port = await freePort();
    const { certificate, key, ...server } = await production(port);
    const block = configuration('caddyfile', {
      '127.0.0.1:3000': `127.0.0.1:${server.port}`,
      'app.example.com {': `https://localhost:${port} {\n\ttls ${certificate} ${key}`,
    });
    writeFileSync(path('Caddyfile'), `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${block}`);
    const { path: program, env } = await findServer(SERVER_PROGRAMS.caddy);
    const caddy = spawn(program, ['run', '--config', path('Caddyfile'), '--adapter', 'caddyfile'], {
      env: {
        ...env,
        HOME: dirname(path('Caddyfile')),
        XDG_DATA_HOME: path(),
        XDG_CONFIG_HOME: path(),
      },
      stdio: 'ignore',
    });
    try {
      await server.ready();
      expect(await server.doctor()).toEqual(['origin-local']);
    } finally {
      caddy.kill('SIGTERM');
      await once(caddy, 'exit');
    }
  });
});
