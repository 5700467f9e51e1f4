import { expect, it } from 'vitest';
import { onTop } from './onTop';

const opened = { ring: 20, wrap_up: 10, agents: ['anna'], previous: { mode: 'owner', wait: 20 } };

it('keeps what was typed and takes over what was not touched', () => {
  const typed = { ...opened, wrap_up: 15 };
  const now = { ...opened, ring: 44, agents: ['anna', 'bek'] };
  expect(onTop(opened, typed, now)).toEqual({ ...opened, ring: 44, wrap_up: 15, agents: ['anna', 'bek'] });
});

it('prefers what was typed where both have changed the same', () => {
  expect(onTop(opened, { ...opened, ring: 30 }, { ...opened, ring: 44 }).ring).toBe(30);
});

it('looks into lists and groups', () => {
  const typed = { ...opened, agents: ['bek'], previous: { mode: 'owner', wait: 20 } };
  expect(onTop(opened, typed, { ...opened, agents: [], previous: { mode: 'off', wait: 20 } })).toEqual({ ...typed, previous: { mode: 'off', wait: 20 } });
});
