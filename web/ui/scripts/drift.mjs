// Makes the generated files anew and says which of the committed ones are old.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const files = ['src/api/schema.ts', 'src/routeTree.gen.ts'].map((f) => path.join(root, f));
const before = files.map((f) => readFileSync(f, 'utf8'));
execFileSync('npm', ['run', '-s', 'gen'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const old = files.filter((f, i) => readFileSync(f, 'utf8') !== before[i]);
if (old.length) {
  console.error(`generated files were old, now written anew: ${old.map((f) => path.relative(root, f)).join(', ')}`);
  process.exit(1);
}
