/// <reference types="vitest/config" />
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { routerOptions } from './scripts/routerOptions.mjs';
import { words } from './scripts/wordsPlugin.mjs';

// Where `make dev` finds the running server.
const server = process.env.CALLCARD_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  plugins: [tanstackRouter(routerOptions), react(), words()],
  // The server puts a fresh nonce in place of this mark into every page that it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist',
    emptyOutDir: false, // the folder keeps one tracked file; `npm run build` removes old assets
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0, // data: addresses are not in the policy
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: server, ws: true } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/app/testSetup.ts'],
  },
});
