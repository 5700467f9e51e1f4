import { expect, it } from 'vitest';
import { asQuery, readFilter } from './auditFilter';

it('reads from an address what it can use', () =>
  expect(readFilter({ user: 'anna', object: '', since: 'yesterday', until: '2026-11-25', edit: 'x', action: 3 })).toEqual({ user: 'anna', until: '2026-11-25' }));

it('takes whole days of the viewer', () => {
  const { since, until } = asQuery({ since: '2026-11-25', until: '2026-11-25' });
  expect(new Date(until!).getTime() - new Date(since!).getTime()).toBe(86_400_000);
  expect(new Date(since!).getHours()).toBe(0);
  expect(asQuery({}).since).toBeUndefined();
});
