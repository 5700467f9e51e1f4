// The page's words live beside the code that says them: src/**/words/<language>.json.
// The folder above `words` is the first part of the key: features/calls/words -> calls.…
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../src');
export const languages = ['en', 'ru', 'uz-Latn', 'uz-Cyrl'];

export function wordFiles(language) {
  return walk(language).map((file) => ({ file, space: path.basename(path.dirname(path.dirname(file))) }));
}

function walk(language) {
  return readdirSync(root, { recursive: true })
    .map((file) => path.join(root, file))
    .filter((file) => path.basename(file) === `${language}.json` && path.basename(path.dirname(file)) === 'words')
    .sort();
}

/** All words of a language as one tree. */
export function readWords(language) {
  const tree = {};
  for (const { file, space } of wordFiles(language)) {
    if (tree[space]) throw new Error(`two folders of words are named ${space}`);
    try {
      tree[space] = JSON.parse(readFileSync(file, 'utf8'));
    } catch (err) {
      throw new Error(`${path.relative(root, file)}: ${err.message}`);
    }
  }
  return tree;
}

/** Leaves of a tree of words as "a.b.c" -> text. */
export function flatten(tree, prefix = '') {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}
