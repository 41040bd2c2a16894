import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { BROWSERS } from './build/browsers.ts';
import { galleryPage } from './build/gallery-page.ts';
import { scriptBudget } from './build/initial-script.ts';
import { INSPECTOR, inspectorFlag } from './build/inspector-flag.ts';
import { partFiles } from './build/part-files.ts';

/** The API's own paths; everything else is a page of this app, so no page may use one of these. */
const API_PATHS = [
  'trpc',
  'login',
  'refresh',
  'logout',
  'dashboard',
  'admin-only',
  'admin/audit.csv',
  'openapi.json',
  'scalar',
  'livez',
  'readyz',
  '.well-known',
  '__inspector',
];
const API = `^/(?:${API_PATHS.map((path) => path.replaceAll('.', '\\.')).join('|')})(?:[/?]|$)`;

const VENDOR =
  /node_modules[\\/](?:\.pnpm[\\/])?(?:react|react-dom|scheduler|use-sync-external-store|@tanstack[+\\/](?:query-core|react-query|router-core|react-router|history|store|react-store)|@trpc[+\\/](?:client|server))[@+\\/](?!.*(?:[iI]nfinite|[qQ]ueries|[sS]uspense)[^/]*$)/;

const isStyleSheet = (file: string) => file.endsWith('.css');

export default defineConfig({
  resolve: {
    conditions: ['@latchkey/source', ...defaultClientConditions],
    // React has had this hook since 18.
    alias: {
      'use-sync-external-store/shim/with-selector.js': 'use-sync-external-store/with-selector.js',
      'use-sync-external-store/shim/with-selector': 'use-sync-external-store/with-selector',
    },
  },
  plugins: [
    react(),
    tailwindcss(),
    galleryPage(),
    inspectorFlag(process.env[INSPECTOR]),
    partFiles(),
    preloadFont(/inter-latin-wght-normal.*\.woff2$/),
    scriptBudget('sign-in-page', 130),
  ],
  server: { port: 5173, strictPort: true, proxy: { [API]: 'http://localhost:3000' } },
  build: {
    target: BROWSERS,
    // A data: font or image would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // A browser without modulepreload fetches a chunk a little later, and nothing else. The files
    // of lazy parts are fetched by src/lib/part-files.ts.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, files, { hostType }) =>
        hostType === 'js' ? files.filter(isStyleSheet) : files,
    },
    // What every page needs and app releases rarely change: cached on its own. Other packages stay
    // with the pages that use them.
    rolldownOptions: {
      // A message stands where it is used, instead of in every page that shares its file.
      optimization: { inlineConst: true },
      // To read a property does nothing here.
      treeshake: { propertyReadSideEffects: false },
      output: { codeSplitting: { groups: [{ name: 'vendor', test: VENDOR }] } },
    },
  },
});

/**
 * Text is there from the first paint in its own font, instead of swapping once the style sheet has
 * been read.
 */
function preloadFont(file: RegExp): Plugin {
  return {
    name: 'preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => file.test(name))
          .map((name) => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              href: `/${name}`,
              as: 'font',
              type: 'font/woff2',
              crossorigin: true,
            },
            injectTo: 'head' as const,
          })),
    },
  };
}
