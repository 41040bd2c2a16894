import { fileURLToPath } from 'node:url';
import { build, type Rolldown, resolveConfig } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';
import { INSPECTOR } from './inspector-flag.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const configFile = `${root}vite.config.ts`;

afterEach(() => vi.unstubAllEnvs());

/** Builds the app, and returns every file of the build by its name, as text. */
async function built(flag: string | undefined): Promise<Map<string, string>> {
  vi.stubEnv(INSPECTOR, flag);
  vi.stubEnv('NODE_ENV', 'production');
  vi.spyOn(console, 'log').mockReturnValue();
  const { output } = (await build({
    root,
    configFile,
    logLevel: 'silent',
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  return new Map(
    output.map((file) => [
      file.fileName,
      file.type === 'chunk' ? file.code : file.source.toString(),
    ]),
  );
}

/**
 * Returns the files that name the inspector's code. The word "inspector" alone is also in a
 * dictionary of passwords.
 */
const naming = (files: Map<string, string>) =>
  [...files]
    .filter(([name, text]) => /inspector[-./]|__inspector|Session inspector/.test(name + text))
    .map(([name]) => name);

it('leaves the inspector out of a build without the flag', {
  timeout: 120_000,
}, async () => {
  for (const flag of [undefined, 'false']) {
    const files = await built(flag);
    expect(files.size).toBeGreaterThan(20);
    expect(naming(files)).toEqual([]);
  }
});

it('puts the inspector of a development build into separate files that no page waits for', {
  timeout: 120_000,
}, async () => {
  const files = naming(await built('true')).map((name) => name.replace(/-[\w-]{8}\./, '.'));
  expect(files).toEqual(
    expect.arrayContaining(['assets/inspector.js', 'assets/inspector-panel.js']),
  );
  expect(files.filter((name) => name.endsWith('.html'))).toEqual([]);
});

it('serves the inspector from the development server', async () => {
  const { define } = await resolveConfig({ root, configFile, logLevel: 'silent' }, 'serve');
  expect(define).toMatchObject({ 'import.meta.env.LATCHKEY_INSPECTOR': 'true' });
});

it('rejects a flag that is neither true nor false', async () => {
  vi.stubEnv(INSPECTOR, 'yes');
  await expect(resolveConfig({ root, configFile, logLevel: 'silent' }, 'build')).rejects.toThrow(
    'LATCHKEY_INSPECTOR is "yes". Use true or false.',
  );
});
