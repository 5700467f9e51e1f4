import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The project's root. */
export const root = here('../../../../');

/** The binary under test: CALLCARD_BIN, or what `make build` makes. */
export const binary = process.env.CALLCARD_BIN ?? `${root}bin/callcard`;

/** The telephones, built by start.ts. */
export const phonesBinary = `${root}bin/phones`;

/** What every microphone of Chromium hears, made by start.ts. */
export const microphone = `${root}bin/microphone.wav`;

/** Where pictures of the screens go, if they are wanted. */
export const shots = process.env.SHOTS && resolve(process.env.SHOTS);

/** Where pictures of the screens of failed tests go; not under version control. */
export const failures = here('../shots');

export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

for (const folder of [failures, shots]) if (folder) mkdirSync(folder, { recursive: true });
