import { describe, expect, it } from 'vitest';
import type { Contact } from '@/api/schema';
import { chosenBy, ends, othersFor } from './others';

const card = (id: string, name: string) => ({ id, name, kind: 'company' }) as Contact;
const found = [card('1', 'Navruz Savdo'), card('2', 'Navruz'), card('3', 'Navruz Trans')];

describe('what may be chosen', () => {
  it('leaves out what is linked already', () => {
    expect(othersFor('navr', found, ['2']).cards.map((c) => c.id)).toEqual(['1', '3']);
  });

  it.each([
    ['navr', true],
    [' NAVRUZ ', false],
    ['  ', false],
  ])('offers to make a new card for %j: %s', (typed, create) => {
    expect(othersFor(typed, found, []).create).toBe(create);
  });
});

describe('who chooses nothing', () => {
  it('means the one that is called so', () => {
    expect(chosenBy('navruz', found, [])).toEqual({ id: '2', name: 'Navruz' });
  });

  it('means a new one when nobody is called so', () => {
    expect(chosenBy(' Bahor ', found, [])).toEqual({ name: 'Bahor' });
  });

  it.each([
    ['nothing', '', found, []],
    ['one that is linked already', 'navruz', found, ['2']],
    ['one of two of the same name', 'navruz', [...found, card('4', 'Navruz')], []],
  ])('has to choose: %s', (_, typed, cards, linked) => {
    expect(chosenBy(typed, cards, linked)).toBeUndefined();
  });
});

it('knows which end is the person', () => {
  expect(ends({ id: 'p', kind: 'person' }, 'c')).toEqual({ person: 'p', company: 'c' });
  expect(ends({ id: 'c', kind: 'company' }, 'p')).toEqual({ person: 'p', company: 'c' });
});
