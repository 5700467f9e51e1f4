import { expect, it } from 'vitest';
import { byDay, dayOf } from './days';

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();

it('groups by the days of the user, in the given order', () => {
  const items = [at(25, 23), at(25, 0), at(24, 23)].map((x) => ({ at: x }));
  expect(byDay(items).map(([day, list]) => [day, list.length])).toEqual([
    ['2026-11-25', 2],
    ['2026-11-24', 1],
  ]);
});

it('names a day', () => expect(dayOf(new Date(2026, 0, 5, 12))).toBe('2026-01-05'));
