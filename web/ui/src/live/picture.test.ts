import { describe, expect, it } from 'vitest';
import type { Call, LiveEvent, Offer } from '@/api/schema';
import { apply, emptyPicture, type Picture } from './picture';

const call = (over: Partial<Call> = {}): Call => ({
  id: 'c1',
  seq: 5,
  direction: 'inbound',
  state: 'ringing',
  from: '+998901234567',
  to: '+998712000001',
  line: 'carrier',
  started_at: '2026-11-25T10:00:00Z',
  wait_ms: 0,
  talk_ms: 0,
  hold_ms: 0,
  route: [{ leg: 'l1', agent: 'anna', agent_id: 'a1', reason: 'least_busy', at: '2026-11-25T10:00:00Z' }],
  ...over,
});
const offer = (c: Call): Offer => ({
  call: c,
  leg: 'l1',
  card: { call: c.id, name: 'Aziz', phones: [c.from], created: false, crm_offline: false, reason: 'least_busy', wait_ms: 0 },
});
let seq = 0;
const event = (e: Pick<LiveEvent, 'type'> & { data: unknown }) => ({ epoch: 'e', seq: ++seq, at: '2026-11-25T10:00:00Z', ...e }) as LiveEvent;
const play = (...events: LiveEvent[]): Picture => events.reduce(apply, emptyPicture);

const offered = event({ type: 'call.offered', data: offer(call()) });
const changed = (c: Call, what = 'answered') => event({ type: 'call.changed', data: { what, call: c } });
const answered = call({ seq: 8, state: 'talking', route: [{ ...call().route[0]!, result: 'answered' }] });

describe('the picture of what goes on', () => {
  it('shows a call and its card from the offer on', () => {
    const p = play(offered);
    expect(Object.keys(p.offers)).toEqual(['c1']);
    expect(p.cards.c1?.name).toBe('Aziz');
  });

  it('takes the rest of the card when it comes', () => {
    const p = play(offered, event({ type: 'call.card', data: { ...offer(call()).card, open_tasks: [{ id: 't', kind: 'todo', title: 'x' }] } }));
    expect(p.cards.c1?.open_tasks).toHaveLength(1);
  });

  it('stops ringing when the ringing has a result, and keeps the card through the talk', () => {
    const p = play(offered, changed(answered));
    expect(p.offers).toEqual({});
    expect(p.calls.c1?.state).toBe('talking');
    expect(p.cards.c1?.name).toBe('Aziz');
  });

  it('never goes back to an older picture of a call', () => {
    const p = play(changed(answered), changed(call({ seq: 6 }), 'offered'));
    expect(p.calls.c1?.seq).toBe(8);
  });

  it('takes the name that a client is given during the call', () => {
    const known = { contact_id: 'k', contact_name: '+998901234567' };
    const p = play(changed(call(known), 'offered'), event({ type: 'contact.changed', data: { id: 'k', version: 2, contact: { id: 'k', name: 'Rustam' } } }));
    expect(p.calls.c1?.contact_name).toBe('Rustam');
  });

  it('keeps an ended call for as long as it is being wrapped up', () => {
    const wrap = { agent: 'anna', agent_id: 'a1', until: '2026-11-25T10:05:00Z' };
    const ended = call({ seq: 9, state: 'ended', wrap_up: wrap, route: answered.route });
    expect(play(offered, changed(ended, 'ended')).calls.c1).toBeDefined();
    const done = play(offered, changed(ended, 'ended'), changed({ ...ended, seq: 10, wrap_up: undefined }, 'wrap_up_ended'));
    expect(done.calls).toEqual({});
    expect(done.cards).toEqual({});
  });

  it('is replaced by a snapshot, which has the cards of one\'s own calls through the talk and the wrap-up', () => {
    const rich = { ...offer(call()).card, last_talks: [] };
    const snapshot = event({ type: 'snapshot', data: { offers: [], cards: [rich], calls: [{ ...answered, held_at: '2026-11-25T10:02:00Z' }], agents: [], queues: [] } });
    const p = play(offered, changed(call({ id: 'c2' })), snapshot);
    expect(Object.keys(p.calls)).toEqual(['c1']);
    expect(p.cards.c1).toEqual(rich);
    expect(p.calls.c1?.held_at).toBe('2026-11-25T10:02:00Z');
  });

  it.each([
    ['while it rings', call({ crm_offline: true })],
    ['during the talk', { ...answered, crm_offline: true }],
    ['in the wrap-up', call({ seq: 9, state: 'ended', crm_offline: true, route: answered.route, wrap_up: { agent: 'anna', agent_id: 'a1', until: '2026-11-25T10:05:00Z' } })],
  ])('takes the card that was found late: %s', (_, now) => {
    const nobody = { ...offer(call({ crm_offline: true })), card: { ...offer(call()).card, name: '', crm_offline: true } };
    const found = changed({ ...now, contact_id: 'k', contact_name: 'Aziz', card_created: true }, 'identified');
    const card = event({ type: 'call.card', data: { ...offer(call()).card, contact_id: 'k', created: true } });
    const p = play(event({ type: 'call.offered', data: nobody }), changed(now), found, card);
    expect(p.calls.c1).toMatchObject({ state: now.state, seq: now.seq, contact_id: 'k', card_created: true });
    expect(p.cards.c1).toMatchObject({ contact_id: 'k', name: 'Aziz', crm_offline: false });
  });

  it('keeps no card of a call that it does not know any more', () => {
    expect(play(event({ type: 'call.card', data: offer(call()).card })).cards).toEqual({});
  });

  it('keeps one state of one agent, and knows which is mine', () => {
    const state = (s: string) => ({ agent: 'anna', agent_id: 'a1', state: s, since: '2026-11-25T10:00:00Z' });
    const first = event({ type: 'snapshot', data: { me: state('available'), offers: [], cards: [], calls: [], agents: [], queues: [] } });
    const p = play(first, event({ type: 'agent.state', data: state('break') }));
    expect(p.me?.state).toBe('break');
    expect(p.agents.anna?.state).toBe('break');
  });

  it('takes many changes of the floor at once', () => {
    const state = { agent: 'bek', agent_id: 'a2', name: 'Bek', state: 'talking', since: '2026-11-25T10:00:00Z' };
    const p = play(event({ type: 'floor.changed', data: { agents: [state], queues: [{ queue: 'sales', waiting: 3 }] } }));
    expect(p.agents.bek?.state).toBe('talking');
    expect(p.queues.sales?.waiting).toBe(3);
  });
});
