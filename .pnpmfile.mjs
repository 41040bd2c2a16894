// What a published package.json says beside its source, for every compiler and loader. The sources
// are not published, so `exports` names the ES modules and the CommonJS build of each entry.

/** TypeScript 5 with `moduleResolution: node10` reads no `exports`, only these fields. */
const forNode10 = (entries) => ({
  main: './dist/index.cjs',
  types: './dist/index.d.cts',
  typesVersions: {
    '*': Object.fromEntries(
      entries
        .filter(([entry]) => entry !== '.')
        .map(([entry, file]) => [entry.slice('./'.length), [`./dist/${file}.d.cts`]]),
    ),
  },
});

const conditions = (file) => ({
  import: { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
  require: { types: `./dist/${file}.d.cts`, default: `./dist/${file}.cjs` },
});

function beforePacking(manifest) {
  const entries = Object.entries(manifest.exports).map(
    ([entry, { '@latchkey/source': source }]) => [entry, source.replace(/^\.\/src\/|\.ts$/g, '')],
  );
  return {
    ...manifest,
    ...forNode10(entries),
    exports: Object.fromEntries(entries.map(([entry, file]) => [entry, conditions(file)])),
  };
}

export const hooks = { beforePacking };
