import { describe, expect, it } from 'vitest';
import type { Channel, Contact } from '@/api/schema';
import { applied, bodyOf, type Change, clash, inverse, mineOver } from './change';

const mobile: Channel = { id: 'c1', kind: 'phone', raw: '90 123 45 67', norm: '+998901234567', ext: '', is_shared: false, status: '', label: '' };
const card = (change: Partial<Contact> = {}): Contact => ({
  id: '1', kind: 'person', name: 'Anna', phones: [mobile.norm], channels: [mobile], types: ['client'], last_touch_at: '', auto_created: true, custom: {}, version: 3, created_at: '', updated_at: '', ...change,
});
const names = (login: string) => ({ bek: 'Bek Toshmatov' })[login] ?? login;
const rename: Change = { field: 'name', value: 'Anna K.' };

describe('a change as the server takes it', () => {
  it.each<[Change, object]>([
    [rename, { name: 'Anna K.' }],
    [{ field: 'custom.contract', value: 'A-7' }, { custom: { contract: 'A-7' } }],
    [{ field: 'custom.contract', value: '' }, { custom: { contract: null } }],
    [{ add: { kind: 'email', raw: 'a@b.uz' } }, { add: [{ kind: 'email', raw: 'a@b.uz' }] }],
    [{ remove: 'c1' }, { remove: ['c1'] }],
    [{ edit: { ...mobile, label: 'home' } }, { edit: [{ id: 'c1', kind: 'phone', raw: '90 123 45 67', label: 'home' }] }],
  ])('%j', (change, body) => expect(JSON.parse(JSON.stringify(bodyOf(change)))).toEqual(body));
});

describe('shown before the server answers', () => {
  it('has the new name, and a person has edited it', () => expect(applied(card(), rename, names)).toMatchObject({ name: 'Anna K.', auto_created: false }));
  it('names the new owner', () => expect(applied(card(), { field: 'owner', value: 'bek' }, names)).toMatchObject({ owner: 'bek', owner_name: 'Bek Toshmatov' }));
  it('is without the number', () => expect(applied(card(), { remove: 'c1' }, names).channels).toEqual([]));
});

describe('undo', () => {
  it('of a value', () => expect(inverse(card(), card({ name: 'Anna K.' }), rename)).toEqual({ field: 'name', value: 'Anna' }));
  it('of a first value', () => expect(inverse(card(), card({ tin: '123456789' }), { field: 'tin', value: '123456789' })).toEqual({ field: 'tin', value: '' }));
  it('of a new number', () => {
    const added = card({ channels: [mobile, { ...mobile, id: 'c2' }] });
    expect(inverse(card(), added, { add: { kind: 'phone', raw: 'x' } })).toEqual({ remove: 'c2' });
  });
  it('of a removed number', () => expect(inverse(card(), card({ channels: [] }), { remove: 'c1' })).toMatchObject({ add: { kind: 'phone', raw: '90 123 45 67' } }));
  it('of nothing', () => expect(inverse(card(), card(), rename)).toBeUndefined());
});

describe('a colleague has changed the card meanwhile', () => {
  it('another field: no clash', () => expect(clash(card(), card({ tin: '123456789', version: 4 }), rename)).toBe(false));
  it('the same field: clash', () => expect(clash(card(), card({ name: 'Anya' }), rename)).toBe(true));
  it('the same field to the same value: no clash', () => expect(clash(card(), card({ name: 'Anna K.' }), rename)).toBe(false));
  it('missing and empty are the same', () => expect(clash(card(), card({ lang: '' }), { field: 'lang', value: 'ru' })).toBe(false));
  it('types in another order: no clash', () =>
    expect(clash(card({ types: ['client', 'own'] }), card({ types: ['own', 'client'] }), { field: 'types', value: [] })).toBe(false));
  it('the number that I edit is gone: clash, and mine adds it again', () => {
    const edit: Change = { edit: { ...mobile, label: 'home' } };
    const gone = card({ channels: [] });
    expect(clash(card(), gone, edit)).toBe(true);
    expect(mineOver(gone, edit)).toMatchObject({ add: { raw: '90 123 45 67', label: 'home' } });
  });
  it('the number that I remove is gone: what I want', () => expect(clash(card(), card({ channels: [] }), { remove: 'c1' })).toBe(false));
  it('another number was added: no clash', () =>
    expect(clash(card(), card({ channels: [mobile, { ...mobile, id: 'c2' }] }), { edit: { ...mobile, label: 'home' } })).toBe(false));
});
