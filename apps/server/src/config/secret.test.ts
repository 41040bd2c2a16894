import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { developmentSecret } from './secret.ts';

it('makes the development secret and its folder accessible to their owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const umask = process.umask(0o022);
  onTestFinished(() => void process.umask(umask));
  const [data, file] = [join(folder, 'data'), join(folder, 'data', 'secret')];
  const modes = () => [data, file].map((path) => (statSync(path).mode & 0o777).toString(8));

  const secret = developmentSecret(`file:${join(data, 'a.db')}`);
  expect(modes()).toEqual(['700', '600']);
  chmodSync(file, 0o644);
  chmodSync(data, 0o755);
  expect(developmentSecret(`file:${join(data, 'a.db')}`)).toBe(secret);
  expect(modes()).toEqual(['755', '600']);
});
