import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from './compile-cache.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** Runs a CLI command as a child process, with only the given environment variables. */
export async function runCli(
  words: readonly string[],
  {
    cwd,
    variables,
    stdin = '',
  }: { cwd: string; variables: Record<string, string>; stdin?: string },
) {
  const child = spawn(process.execPath, ['--conditions=@latchkey/source', CLI, ...words], {
    env: { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables },
    cwd,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(stdin);
  const [code] = await once(child, 'close');
  return { code: code as number, out: out.trim(), err: err.trim() };
}
