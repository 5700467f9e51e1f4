import { expect, it } from 'vitest';
import type { OfficeUnit } from '@/api/schema';
import { officeTree, possibleParents } from './officeTree';

const office = (name: string, parent?: string): OfficeUnit => ({ id: name, name, parent, timezone: 'Asia/Tashkent', effective_outcomes: [] });
const all = [office('South', 'HQ'), office('HQ'), office('North', 'HQ'), office('Pole', 'North'), office('Alien', 'unseen')];

it('puts offices under their parents', () =>
  expect(officeTree(all).map((o) => `${'-'.repeat(o.depth)}${o.name}`)).toEqual(['Alien', 'HQ', '-North', '--Pole', '-South']));

it('lets no office stand below itself', () => {
  expect(possibleParents(all, 'North')).toEqual(['Alien', 'HQ', 'South']);
  expect(possibleParents(all, 'HQ')).toEqual(['Alien']);
  expect(possibleParents(all, 'South')).toEqual(['Alien', 'HQ', 'North', 'Pole']);
  expect(possibleParents(all, undefined)).toHaveLength(5);
});
