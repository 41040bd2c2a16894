import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkedFolders, NODE } from '../testing/checked-folders.ts';
import { check } from './check.ts';

const { checked, folders, idsOf } = checkedFolders();

describe('copies of a package', () => {
  const telemetry = (own: string, ofHttp: string) => ({
    manifest: { dependencies: { '@latchkey/http': '1', '@opentelemetry/api': '1' } },
    installed: {
      '@opentelemetry/api': { version: own },
      '@latchkey/http': { version: '0.1.0', dependencies: { '@opentelemetry/api': '^1.9.0' } },
      '@latchkey/http/node_modules/@opentelemetry/api': { version: ofHttp },
    },
  });

  it('reports two copies of core, also where a dependency of a dependency brings one', () => {
    const found = checked({
      manifest: { dependencies: { '@latchkey/core': '1', lib: '1' } },
      installed: {
        '@latchkey/core': { version: '0.1.0' },
        lib: { version: '1.0.0', dependencies: { inner: '1' } },
        inner: { version: '1.0.0', dependencies: { '@latchkey/core': '2', lib: '1' } },
        'inner/node_modules/@latchkey/core': { version: '0.2.0' },
      },
    });
    expect(found).toEqual([
      expect.objectContaining({
        id: 'core-copies',
        what: `@latchkey/core is installed 2 times: 0.1.0 in ${join('node_modules/@latchkey/core')} and 0.2.0 in ${join('node_modules/inner/node_modules/@latchkey/core')}`,
      }),
    ]);
  });

  it('counts one copy of core behind several links once', () => {
    const folder = folders.make({
      manifest: { dependencies: { '@latchkey/core': '1', '@latchkey/http': '1' } },
      installed: {
        '.store/core': { version: '0.1.0' },
        '@latchkey/http': { version: '0.1.0', dependencies: { '@latchkey/core': '1' } },
      },
    });
    for (const path of ['@latchkey/core', '@latchkey/http/node_modules/@latchkey/core']) {
      const link = join(folder, 'node_modules', path);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(folder, 'node_modules/.store/core'), link, 'junction');
    }
    expect(check({ folder, nodeVersion: NODE })).toEqual([]);
  });

  it('does not count copies that the app does not load', () => {
    expect(
      idsOf({
        manifest: { dependencies: { '@latchkey/core': '1' } },
        installed: {
          '@latchkey/core': { version: '0.1.0' },
          'left/node_modules/@latchkey/core': { version: '0.2.0' },
          left: { version: '1.0.0', dependencies: { '@latchkey/core': '2' } },
        },
      }),
    ).toEqual([]);
  });

  it.each([
    ['1.9.0', '1.10.0', ['opentelemetry-copies']],
    ['1.10.0', '1.9.0', ['opentelemetry-copies']],
    ['1.9.0', '1.9.1', []],
  ])('check reports, for OpenTelemetry %s beside %s, the findings %j', (own, ofHttp, ids) => {
    expect(idsOf(telemetry(own, ofHttp))).toEqual(ids);
  });
});
