import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { BROWSERS } from './build/browsers.ts';
import { galleryPage } from './build/gallery-page.ts';
import { scriptBudget } from './build/initial-script.ts';
import { INSPECTOR, inspectorFlag } from './build/inspector-flag.ts';
import { partFiles } from './build/part-files.ts';
import { subsetFonts } from './build/subset-font.ts';

/** The paths of the server's API. Every other path is a page of this app. */
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
    // Replaces a shim by React's own hook, which exists since version 18.
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
    subsetFonts(/inter-latin-wght-normal.*\.woff2$/, 45),
    preloadFont(/inter-latin-wght-normal.*\.woff2$/),
    scriptBudget('sign-in-page', 130),
  ],
  server: { port: 5173, strictPort: true, proxy: { [API]: 'http://localhost:3000' } },
  build: {
    target: BROWSERS,
    // Inlines no assets, because the content security policy blocks data: fonts and images.
    assetsInlineLimit: 0,
    // Adds no polyfill: a browser without modulepreload only fetches a chunk a little later.
    // src/lib/lazy/part-files.ts fetches the files of lazy parts.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, files, { hostType }) =>
        hostType === 'js' ? files.filter(isStyleSheet) : files,
    },
    // Puts what every page needs and releases rarely change into one chunk. Other packages stay
    // with the pages that use them.
    rolldownOptions: {
      // Inlines a message where it is used, instead of loading its module with every page.
      optimization: { inlineConst: true },
      treeshake: {
        // Reading a property has no side effects in this code.
        propertyReadSideEffects: false,
        // Drops the modules of tRPC's links that are not used: its packages do not declare it.
        moduleSideEffects: [{ test: /@trpc[\\/](?:client|server)/, sideEffects: false }],
      },
      output: { codeSplitting: { groups: [{ name: 'vendor', test: VENDOR }] } },
    },
  },
});

/**
 * Preloads a font, so that the first paint uses it instead of a fallback.
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
