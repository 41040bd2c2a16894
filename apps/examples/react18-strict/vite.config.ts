import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': 'http://localhost:3002' } },
  test: {
    testTimeout: 30_000,
    globalSetup: './test/global-setup.ts',
    setupFiles: './test/setup.ts',
  },
});
