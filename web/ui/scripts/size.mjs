// What a browser must load before the first screen, gzipped: the entry and what it
// imports. The bar keeps the page quick on a slow line and an old computer.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const bar = 260 * 1024;
const dist = path.resolve(import.meta.dirname, '../../dist');
const manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'));
const seen = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) visit(next);
};
visit('index.html');
const bytes = [...seen].reduce((sum, key) => sum + gzipSync(readFileSync(path.join(dist, manifest[key].file)), { level: 9 }).length, 0);
const kb = (n) => `${(n / 1024).toFixed(1)} KB`;
console.log(`initial JavaScript: ${kb(bytes)} gzipped of ${kb(bar)}`);
if (bytes > bar) {
  for (const key of seen) console.error(`  ${kb(gzipSync(readFileSync(path.join(dist, manifest[key].file))).length)} ${key}`);
  process.exit(1);
}
