import { describe, expect, it } from 'vitest';
import type { AgentState } from '@/api/schema';
import { hoped } from './useMyState';

const known = (over: Partial<AgentState>): AgentState => ({ agent: 'anna', agent_id: 'a', name: 'Anna', device: true, since: 'then', state: 'available', ...over });

describe('the hoped state', () => {
  it('holds at once when there is no call', () => {
    expect(hoped(known({}), { state: 'break', reason: 'lunch' }, 'now')).toMatchObject({ state: 'break', reason: 'lunch', since: 'now' });
  });
  it('ends a wrap-up', () => {
    expect(hoped(known({ state: 'wrap_up', until: 'soon' }), { state: 'available' }, 'now')).toMatchObject({ state: 'available', until: undefined });
  });
  it('is what comes after a call', () => {
    expect(hoped(known({ state: 'talking' }), { state: 'break' }, 'now')).toMatchObject({ state: 'talking', next: 'break', since: 'then' });
    expect(hoped(known({ state: 'talking', next: 'break' }), { state: 'available' }, 'now').next).toBeUndefined();
  });
  it('is the known one when nothing is to change', () => {
    const k = known({ state: 'break', reason: 'lunch' });
    expect(hoped(k, { state: 'break', reason: 'lunch' }, 'now')).toBe(k);
  });
});
