import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('is imported without loading pg or node:sqlite (P3)', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (/^(pg|(node:)?sqlite)$/.test(specifier)) throw new Error('loads ' + specifier);
        return next(specifier, context);
      },
    });
    const { openDatabase } = await import('@latchkey/sql');
    for (const url of ['memory:', 'postgres://u@h/d'])
      await openDatabase(url).catch((error) => console.log(error.message, '|', error.cause?.message));
  `;
  const told = execFileSync(
    process.execPath,
    ['--conditions=@latchkey/source', '--input-type=module', '-e', script],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' },
  );
  expect(told.trim().split('\n')).toEqual([
    expect.stringMatching(/this runtime has no node:sqlite, .*\| loads node:sqlite$/),
    'loads pg | undefined',
  ]);
});
