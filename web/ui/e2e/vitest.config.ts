import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The longest begin first, so that no worker is left alone with one of them at the end.
const long = ['screens', 'cutoff', 'languages'];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const isLong = (f: TestSpecification) => long.some((name) => f.moduleId.includes(`/${name}.`));
    return (await super.sort(files)).sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

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
    // On a machine that is busy with something else the database may take longer than the
    // 150 ms that a caller is let wait for it: then the page rightly says that it is away.
    retry: process.env.MEASURE ? 0 : 2,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    sequence: { sequencer: LongestFirst, hooks: 'stack' }, // what was opened last is closed first: pages before their server
  },
});
