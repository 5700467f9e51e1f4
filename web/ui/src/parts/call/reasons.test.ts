import { readFileSync } from 'node:fs';
import path from 'node:path';
import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import en from './words/en.json';
import { decidedWords, excludedWords, whyWords } from './reasons';

const { t } = i18next;

beforeAll(() => i18next.init({ lng: 'en', resources: { en: { translation: { call: en } } }, interpolation: { escapeValue: false } }));

test('a decision says whom the call waits for, and how long', () => {
  expect(decidedWords(t, { reason: 'previous_talking_wait', waitFor: 'Anna', seconds: 20 })).toBe(
    'Waits for Anna, who is on another call, up to 20 seconds',
  );
  expect(decidedWords(t, { reason: 'nobody_free' })).toBe('Nobody is free: the call waits');
});

test('a code that the page does not know yet is shown, not lost', () => {
  expect(whyWords(t, 'by_skill')).toBe('by skill');
});

test('every reason of the server has words', () => {
  const source = readFileSync(path.resolve(import.meta.dirname, '../../../../../routing/reason.go'), 'utf8');
  const [previous, strategies, exclusions] = [...source.matchAll(/const \(([\s\S]*?)\n\)/g)].map(([, block]) =>
    [...block!.matchAll(/"(\w+)"/g)].map(([, code]) => code!),
  );
  const { decided, why, excluded } = en;
  for (const code of [...previous!, ...strategies!]) expect(decided, code).toHaveProperty(code);
  for (const code of strategies!.filter((c) => c !== 'nobody_free')) expect(why, code).toHaveProperty(code);
  for (const code of exclusions!) {
    expect(excluded, code).toHaveProperty(code);
    expect(excludedWords(t, code)).toBe(excluded[code as keyof typeof excluded]);
  }
});
