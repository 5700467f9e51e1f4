import { defineConfig } from 'vitest/config';

// The browser tests. They need the program, Chromium, and a server with a database for
// each file: so two files at a time, and each file from top to bottom.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    environment: 'node',
    include: process.env.MEASURE ? ['measure/**/*.ts'] : ['stories/**/*.test.ts'],
    globalSetup: ['harness/start.ts'],
    pool: 'forks',
    maxWorkers: process.env.MEASURE ? 1 : 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    sequence: { hooks: 'list' },
  },
});
