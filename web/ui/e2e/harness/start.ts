import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import * as paths from './paths';
import { tone } from './phones';
import { wav } from './wav';

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: string;
  }
}

/**
 * Once before all tests: builds the page, the program (unless CALLCARD_BIN names one)
 * and the telephones, and starts the one Chromium that all test files share.
 */
export default async function start(project: TestProject) {
  if (!process.env.CALLCARD_BIN) execFileSync('make', ['--no-print-directory', 'build'], { cwd: paths.root, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('go', ['build', '-o', paths.phonesBinary, './telephony/acceptance/phones'], { cwd: paths.root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(paths.chromium)) throw new Error(`there is no Chromium at ${paths.chromium}: apt install chromium, or name one in CHROMIUM`);
  writeFileSync(paths.microphone, wav(tone.manager, 1, 48_000));
  const browser = await chromium.launchServer({
    executablePath: paths.chromium,
    args: [
      '--no-sandbox', // the tests run as root, and open only our own page
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      // Who telephones in the page speaks with the managers' tone, and is not asked for the microphone.
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${paths.microphone}`,
      '--allow-loopback-in-peer-connection', // Chromium and the server are on one computer
    ],
  });
  project.provide('chromium', browser.wsEndpoint());
  return () => browser.close();
}
