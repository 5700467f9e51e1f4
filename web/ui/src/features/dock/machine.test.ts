import { describe, expect, it } from 'vitest';
import type { AgentState, Call, Card, Offer } from '@/api/schema';
import { emptyPicture, type Picture } from '@/live/picture';
import { absent, callOf, type DockState, next, ringSince } from './machine';

const me = (over: Partial<AgentState> = {}): AgentState => ({
  agent: 'anna',
  agent_id: 'a1',
  name: 'Anna',
  state: 'available',
  since: '2026-11-25T10:00:00Z',
  device: true,
  ...over,
});
const call = (over: Partial<Call> = {}) => ({ id: 'c1', direction: 'inbound', agent_id: 'a1', state: 'ringing', started_at: '2026-11-25T10:00:00Z', route: [], ...over }) as unknown as Call;
const card = { call: 'c1', name: 'Aziz' } as Card;
const offer = (over: Partial<Call> = {}): Offer => ({ call: call(over), leg: 'l1', card: { ...card, call: over.id ?? 'c1' } });
const picture = (over: Partial<Picture>): Picture => ({ ...emptyPicture, me: me(), ...over });
const see = (p: Picture, before: DockState = absent) => next(before, p);
const withCall = (over: Partial<Call>, more: Partial<Picture> = {}) => picture({ calls: { c1: call(over) }, cards: { c1: card }, ...more });

describe('the dock', () => {
  it('is not there for people who take no calls', () => {
    expect(see({ ...emptyPicture, offers: { c1: offer() } }).at).toBe('absent');
  });

  it('is idle, rings, talks, holds, wraps up and is idle again', () => {
    let s = see(picture({}));
    const step = (p: Picture) => (s = see(p, s)).at;
    expect(s.at).toBe('idle');
    expect(step(picture({ offers: { c1: offer() } }))).toBe('ringing');
    expect(step(withCall({ state: 'talking' }))).toBe('talking');
    expect(step(withCall({ state: 'held' }))).toBe('held');
    expect(step(withCall({ state: 'talking' }))).toBe('talking');
    const wrapUp = { agent: 'anna', agent_id: 'a1', until: '2026-11-25T10:05:00Z' };
    expect(step(withCall({ state: 'ended', wrap_up: wrapUp }, { me: me({ state: 'wrap_up' }) }))).toBe('wrapUp');
    expect(callOf(s)?.id).toBe('c1');
    expect(step(picture({}))).toBe('idle');
  });

  it('dials while it rings at the other side, and talks when that has answered', () => {
    expect(see(withCall({ direction: 'outbound', state: 'arrived' })).at).toBe('dialling');
    const s = see(withCall({ direction: 'outbound', state: 'ringing' }));
    expect(s).toMatchObject({ at: 'dialling', call: { id: 'c1' } });
    expect(see(withCall({ direction: 'outbound', state: 'talking' }), s).at).toBe('talking');
    expect(see(withCall({ direction: 'outbound', agent_id: 'b1' })).at).toBe('idle');
  });

  it('shows the talk, whatever else rings', () => {
    expect(see(withCall({ state: 'talking' }, { offers: { c2: offer({ id: 'c2' }) } })).at).toBe('talking');
  });

  it('shows the oldest of two offers', () => {
    const s = see(picture({ offers: { c2: offer({ id: 'c2', started_at: '2026-11-25T10:00:09Z' }), c1: offer() } }));
    expect(callOf(s)?.id).toBe('c1');
  });

  it("leaves alone the talks and wrap-ups of others, which a supervisor's picture has", () => {
    const wrap_up = { agent: 'bek', agent_id: 'b1', until: '2026-11-25T10:05:00Z' };
    expect(see(picture({ calls: { c1: call({ agent_id: 'b1', state: 'talking' }), c2: call({ id: 'c2', agent_id: 'b1', state: 'ended', wrap_up }) } })).at).toBe('idle');
  });

  it('counts the hold from when it began, also after a reload', () => {
    expect(see(withCall({ state: 'held', held_at: '2026-11-25T10:01:00Z' }))).toMatchObject({ at: 'held', since: '2026-11-25T10:01:00Z' });
  });

  it('takes the end of the wrap-up from the call, which is told when it is made longer', () => {
    const wrap_up = { agent: 'anna', agent_id: 'a1', until: '2026-11-25T10:09:00Z' };
    const s = see(withCall({ state: 'ended', wrap_up }, { me: me({ state: 'wrap_up', until: '2026-11-25T10:05:00Z' }) }));
    expect(s).toMatchObject({ until: '2026-11-25T10:09:00Z' });
  });

  it('wraps up without the call after a reload that came too late for it', () => {
    const s = see(picture({ me: me({ state: 'wrap_up', until: '2026-11-25T10:05:00Z' }) }));
    expect(s).toMatchObject({ at: 'wrapUp', call: undefined });
  });

  it('prefers what a lookup has added to the card', () => {
    const rich = { ...card, open_tasks: [] };
    expect(see(picture({ offers: { c1: offer() }, cards: { c1: rich } }))).toMatchObject({ card: rich });
  });

  it('is the very same when nothing of it has changed', () => {
    const p = withCall({ state: 'talking' });
    const s = see(p);
    expect(see({ ...p, queues: {} }, s)).toBe(s);
  });
});

it('knows since when the phone rings', () => {
  const route = [{ leg: 'l1', agent: 'anna', agent_id: 'a1', reason: 'linear', at: '2026-11-25T10:00:04Z' }];
  expect(ringSince(offer({ route }))).toBe('2026-11-25T10:00:04Z');
});
