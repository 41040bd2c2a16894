import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': 'http://localhost:3001' } },
  test: {
    testTimeout: 30_000,
    globalSetup: './test/global-setup.ts',
    setupFiles: './test/setup.ts',
  },
});
