// Writes the words in Cyrillic Uzbek from those in Latin Uzbek, and with --check holds
// all languages against each other and against the code that uses them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toCyrillic } from './cyrillic.mjs';
import { flatten, languages, readWords, root, wordFiles } from './wordsFiles.mjs';

const check = process.argv.includes('--check');
const mistakes = [];

for (const { file } of wordFiles('uz-Latn')) {
  const target = path.join(path.dirname(file), 'uz-Cyrl.json');
  const text = JSON.stringify(map(JSON.parse(readFileSync(file, 'utf8')), toCyrillic), null, 2) + '\n';
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  if (check) mistakes.push(`${path.relative(root, target)} is old: npm run gen:words`);
  else writeFileSync(target, text);
}
if (check) {
  sameKeys();
  inUse();
}
if (mistakes.length) {
  console.error(mistakes.join('\n'));
  process.exit(1);
}

function map(tree, f) {
  return Object.fromEntries(Object.entries(tree).map(([k, v]) => [k, typeof v === 'string' ? f(v) : map(v, f)]));
}

// sameKeys: every language has every key, its own plural forms, the same placeholders.
function sameKeys() {
  const plain = (key) => key.replace(/_(zero|one|two|few|many|other)$/, '');
  const books = languages.map((language) => [language, new Map(flatten(readWords(language)))]);
  const all = new Set(books.flatMap(([, book]) => [...book.keys()].map(plain)));
  for (const [language, book] of books) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of all) {
      const plural = books.some(([, other]) => other.has(`${key}_other`));
      for (const form of plural ? forms.map((f) => `${key}_${f}`) : [key]) {
        if (!book.get(form)?.trim()) mistakes.push(`${language}: no words for ${form}`);
      }
    }
    for (const key of book.keys()) {
      const form = /_(zero|one|two|few|many|other)$/.exec(key)?.[1];
      if (form && !forms.includes(form)) mistakes.push(`${language}: ${key} is no plural form of this language`);
    }
    const english = books[0][1];
    for (const [key, text] of book) {
      const model = english.get(key) ?? english.get(`${plain(key)}_other`);
      const marks = (s) => [...new Set(s.match(/\{\{\s*[\w.]+|<\/?\w+>/g) ?? [])].filter((m) => m !== '{{count').sort().join();
      if (model !== undefined && marks(model) !== marks(text)) mistakes.push(`${language}: ${key} has other placeholders than English`);
    }
  }
}

// inUse: a key that the code names exists, and a key that exists is named by the code,
// whole or by the part before a ${…}.
function inUse() {
  const keys = new Set(flatten(readWords('en')).map(([key]) => key.replace(/_(zero|one|two|few|many|other)$/, '')));
  const spaces = new Set([...keys].map((key) => key.split('.')[0]));
  const named = new Set();
  const prefixes = new Set();
  for (const name of readdirSync(root, { recursive: true })) {
    if (!/\.tsx?$/.test(name) || /\.gen\.ts$|schema\.d\.ts$|\.test\.tsx?$/.test(name)) continue;
    const code = readFileSync(path.join(root, name), 'utf8');
    for (const [, key] of code.matchAll(/['"`]([a-z]\w*(?:\.\w+)+)['"`]/g)) named.add(key);
    for (const [, prefix] of code.matchAll(/`([a-z]\w*\.(?:\w+\.)*\w*)\$\{/g)) prefixes.add(prefix);
    for (const [, key] of code.matchAll(/\bt\(\s*['"]([\w.]+)['"]/g)) {
      if (!keys.has(key)) mistakes.push(`${name}: there are no words for ${key}`);
    }
  }
  for (const key of keys) {
    if (spaces.has(key.split('.')[0]) && !named.has(key) && ![...prefixes].some((p) => key.startsWith(p))) {
      mistakes.push(`nobody says ${key}`);
    }
  }
}
