import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The project's root. */
export const root = here('../../../../');

/** The binary under test: CALLCARD_BIN, or what `make build` makes. */
export const binary = process.env.CALLCARD_BIN ?? `${root}bin/callcard`;

/** The telephones, built by start.ts. */
export const phonesBinary = `${root}bin/phones`;

/** Where screenshots go; not under version control. */
export const shots = here('../shots/');

export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

mkdirSync(shots, { recursive: true });
