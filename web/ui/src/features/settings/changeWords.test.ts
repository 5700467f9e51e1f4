import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import words from './words/en.json';
import { changeLine, durationWords, readDuration, valueWords } from './changeWords';

beforeAll(() => i18next.init({ lng: 'en', fallbackLng: false, resources: { en: { translation: { settings: words } } }, interpolation: { escapeValue: false } }));

it('says what becomes what', () =>
  expect(
    changeLine(i18next.t, {
      action: 'update',
      object: 'queue',
      name: 'sales',
      text: '',
      fields: [
        { field: 'ring', from: '20s', to: '1m30s' },
        { field: 'strategy', from: 'linear', to: 'ring-all' },
        { field: 'office', from: '', to: 'North' },
      ],
    }),
  ).toEqual({
    action: 'update',
    title: 'Queue sales',
    fields: [
      { label: 'Rings', from: '20 s', to: '1 min 30 s', secret: false },
      { label: 'Who is chosen', from: 'In the list’s order', to: 'All at once', secret: false },
      { label: 'Office', from: undefined, to: 'North', secret: false },
    ],
  }));

it('of a new person tells what he has, and no secret', () =>
  expect(
    changeLine(i18next.t, {
      action: 'create',
      object: 'user',
      name: 'anna',
      text: '',
      fields: [
        { field: 'role', from: '', to: 'agent' },
        { field: 'extension', from: '', to: '' },
        { field: 'sip_password', from: '', to: '', secret: true },
      ],
    }).fields,
  ).toEqual([
    { label: 'Role', to: 'Agent', from: undefined, secret: false },
    { label: 'Phone password', to: undefined, from: undefined, secret: true },
  ]));

it('knows a flag that is off by its absence', () => {
  expect(valueWords(i18next.t, 'blocked', '')).toBe('no');
  expect(valueWords(i18next.t, 'blocked', 'yes')).toBe('yes');
  expect(valueWords(i18next.t, 'record', 'false')).toBe('no');
  expect(valueWords(i18next.t, 'max_wait', '0s')).toBe('as long as the caller likes');
});

it.each([
  ['20s', 20, '20 s'],
  ['5m', 300, '5 min'],
  ['1h0m5s', 3605, '1 h 5 s'],
  ['0s', 0, '0 s'],
])('%s is %d seconds', (text, seconds, said) => {
  expect(readDuration(text)).toBe(seconds);
  expect(durationWords(i18next.t, seconds)).toBe(said);
});

it('leaves alone what is no duration', () => expect(readDuration('soon')).toBeUndefined());
