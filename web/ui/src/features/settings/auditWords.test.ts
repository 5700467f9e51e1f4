import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { auditFields, auditTitle } from './auditWords';
import words from './words/en.json';

beforeAll(() => i18next.init({ lng: 'en', fallbackLng: false, resources: { en: { translation: { settings: words } } }, interpolation: { escapeValue: false } }));

it('says who and what in words, and leaves alone what it does not know', () => {
  expect(auditTitle(i18next.t, 'queues', 'update', 'sales')).toBe('Queue sales: changed');
  expect(auditTitle(i18next.t, 'things', 'sweep_up')).toBe('things: sweep up');
});

it('shows values of every kind, and no secret', () =>
  expect(
    auditFields(i18next.t, 'queues', [
      { field: 'strategy', from: 'linear', to: 'random' },
      { field: 'scopes', from: null, to: ['calls:*', 'contacts:read'] },
      { field: 'password', from: '[secret]', to: '[secret]' },
      { field: 'max_calls', from: 3, to: '' },
      { field: 'pinned', from: false, to: true },
      { field: 'odd_one', from: { a: 1 }, to: [] },
    ]),
  ).toEqual([
    { label: 'Who is chosen', from: 'In the list’s order', to: 'By chance', secret: false },
    { label: 'scopes', from: undefined, to: 'calls:*, contacts:read', secret: false },
    { label: 'Password', from: '[secret]', to: '[secret]', secret: true },
    { label: 'Calls at once', from: '3', to: undefined, secret: false },
    { label: 'Pinned', from: 'no', to: 'yes', secret: false },
    { label: 'odd one', from: '{"a":1}', to: undefined, secret: false },
  ]));

it('names the people and offices that it knows', () =>
  expect(
    auditFields(
      i18next.t,
      'contacts',
      [
        { field: 'owner', from: 'id-1', to: 'id-2' },
        { field: 'version', from: 1, to: 2 },
      ],
      new Map([['id-2', 'Anna']]),
    ),
  ).toEqual([{ label: 'Owner', from: 'id-1', to: 'Anna', secret: false }]));

it('writes times as the reader does, and names a note without its id', () =>
  expect(
    auditFields(
      i18next.t,
      'contacts',
      [
        { field: 'note.0193', from: 'old', to: 'new' },
        { field: 'note.0193.pinned', from: false, to: true },
        { field: 'channels', from: null, to: ['phone:+998901234567', 'email:a@b.uz'] },
        { field: 'due_at', from: null, to: '2026-11-25T20:22:24.018Z' },
      ],
      undefined,
      (iso) => iso.slice(0, 10),
    ),
  ).toEqual([
    { label: 'Note', from: 'old', to: 'new', secret: false },
    { label: 'Pinned', from: 'no', to: 'yes', secret: false },
    { label: 'Phones and mails', from: undefined, to: '+998 90 123 45 67, a@b.uz', secret: false },
    { label: 'Due', from: undefined, to: '2026-11-25', secret: false },
  ]));
