import { expect, it } from 'vitest';
import { rights, scopesOf } from './scopes';

const grants = { recordings: { listen: 'own' }, contacts: { update: 'unit', read: 'unit' }, office: {} } as const;

it('lists what one may do, reading first', () =>
  expect(rights(grants)).toEqual([
    { object: 'contacts', actions: ['read', 'update'] },
    { object: 'recordings', actions: ['listen'] },
  ]));

it('says nothing for all rights', () => expect(scopesOf('all', ['contacts:read'], grants)).toEqual([]));
it('takes listening for reading', () => expect(scopesOf('read', [], grants)).toEqual(['contacts:read', 'recordings:listen']));
it('gives what was chosen', () => expect(scopesOf('chosen', ['b:read', 'a:read'], grants)).toEqual(['a:read', 'b:read']));
