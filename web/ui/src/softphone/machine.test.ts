import { describe, expect, it } from 'vitest';
import { begin, type Effect, type Event, next, type Phone } from './machine';

/** told runs the machine through events and gives where it got to, and the last effects. */
function told(...events: Event[]): { phone: Phone; effects: Effect[] } {
  let step = { phone: begin, effects: [] as Effect[] };
  for (const e of events) step = next(step.phone, e);
  return step;
}

const offered: Event = { type: 'offered', wanted: true, denied: false };
const ready: Event[] = [offered, { type: 'owned' }, { type: 'registered' }];
const rang = (more: Partial<Extract<Event, { type: 'rang' }>> = {}): Event => ({ type: 'rang', session: 's1', call: 'c1', purpose: 'ring', muted: false, ...more });
const talking: Event[] = [...ready, rang(), { type: 'answer', call: 'c1' }, { type: 'up', session: 's1' }];

describe('the line', () => {
  it('waits for the user where he has never wanted it, and for the microphone', () => {
    expect(told({ type: 'offered', wanted: false, denied: false }).phone.line).toEqual({ at: 'off', why: 'unasked' });
    expect(told({ type: 'offered', wanted: false, denied: false }, { type: 'connect' }).effects).toEqual([{ do: 'askMicrophone' }]);
    expect(told({ type: 'offered', wanted: false, denied: false }, { type: 'connect' }, { type: 'noMicrophone', why: 'denied' }).phone.line).toEqual({ at: 'off', why: 'denied' });
    expect(told({ type: 'offered', wanted: false, denied: false }, { type: 'connect' }, { type: 'microphone' }).effects).toEqual([{ do: 'own' }]);
  });

  it('registers once the telephone is this tab’s', () => {
    expect(told(offered).phone.line.at).toBe('off');
    expect(told(offered, { type: 'owned' }).effects).toContainEqual({ do: 'connect' });
    expect(told(...ready).phone.line).toEqual({ at: 'registered' });
  });

  it('comes back with longer and longer pauses, and at once when the network is back', () => {
    const pauses: number[] = [];
    let phone = told(...ready).phone;
    for (let n = 0; n < 8; n++) {
      const broken = next(phone, { type: 'broke', why: 'network' });
      pauses.push(...broken.effects.flatMap((e) => (e.do === 'wait' && e.timer === 'retry' ? [e.ms] : [])));
      phone = next(broken.phone, { type: 'timer', timer: 'retry' }).phone;
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    expect(told(...ready, { type: 'broke', why: 'network' }, { type: 'doubt' }).effects).toContainEqual({ do: 'connect' });
  });

  it('is tried when in doubt, and given up when nothing is heard', () => {
    expect(told(...ready, { type: 'doubt' }).effects).toContainEqual({ do: 'probe' });
    expect(told(...ready, { type: 'doubt' }, { type: 'timer', timer: 'probe' }).phone.line).toMatchObject({ at: 'connecting', trouble: 'network' });
    expect(told(...ready, { type: 'doubt' }, { type: 'alive' }).effects).toEqual([{ do: 'stop', timer: 'probe' }]);
  });

  it('goes to another tab without a BYE while one talks, politely while one does not', () => {
    expect(told(...talking, { type: 'elsewhere' }).effects).toContainEqual({ do: 'leave', politely: false });
    expect(told(...talking, { type: 'elsewhere' }).phone).toEqual({ line: { at: 'off', why: 'elsewhere' } });
    expect(told(...ready, { type: 'elsewhere' }).effects).toContainEqual({ do: 'leave', politely: true });
    expect(told(offered, { type: 'elsewhere' }, { type: 'takeOver' }).effects).toEqual([{ do: 'takeOver' }]);
  });

  it('is not switched off in the middle of a talk', () => {
    expect(told(...talking, { type: 'disconnect' }).phone).toEqual(told(...talking).phone);
    expect(told(...ready, { type: 'disconnect' }).phone.line).toEqual({ at: 'off', why: 'unasked' });
  });
});

describe('a call', () => {
  it('rings, is answered, is muted, is held and ends', () => {
    expect(told(...ready, rang()).phone.talk).toMatchObject({ at: 'ringing', call: 'c1' });
    expect(told(...ready, rang(), { type: 'answer', call: 'c1' }).effects).toEqual([{ do: 'answer', session: 's1' }]);
    expect(told(...talking).phone.talk).toMatchObject({ at: 'talking', muted: false });
    expect(told(...talking, { type: 'mute', on: true }).effects).toEqual([{ do: 'mute', session: 's1', on: true }]);
    expect(told(...talking, { type: 'held', session: 's1', on: true }).phone.talk).toMatchObject({ at: 'held' });
    expect(told(...talking, { type: 'ended', session: 's1', cancelled: false }).phone.talk).toEqual({ at: 'over', call: 'c1', why: 'ended' });
  });

  it('that the caller gives up while it rings leaves nothing behind', () => {
    expect(told(...ready, rang(), { type: 'ended', session: 's1', cancelled: true }).phone).toEqual({ line: { at: 'registered' } });
  });

  it('is declined for all telephones of the agent', () => {
    expect(told(...ready, rang(), { type: 'reject', call: 'c1' })).toEqual({ phone: { line: { at: 'registered' } }, effects: [{ do: 'refuse', session: 's1', code: 603 }] });
  });

  it('rings on when there is no microphone, and says why', () => {
    const s = told(...ready, rang(), { type: 'answer', call: 'c1' }, { type: 'noMicrophone', why: 'busy', session: 's1' });
    expect(s.phone.talk).toMatchObject({ at: 'ringing', trouble: 'busy' });
  });

  it('is busy for a second one', () => {
    expect(told(...talking, rang({ session: 's2', call: 'c2' })).effects).toEqual([{ do: 'refuse', session: 's2', code: 486 }]);
  });

  it('of another key is not touched by an answer meant for an older one', () => {
    expect(told(...ready, rang({ session: 's2', call: 'c2' }), { type: 'answer', call: 'c1' }).phone.talk?.at).toBe('ringing');
  });

  it('is answered by itself when the server brings it back, muted as it was', () => {
    const lost = told(...talking, { type: 'mute', on: true }, { type: 'broke', why: 'network' });
    expect(lost.phone.talk).toEqual({ at: 'lost', call: 'c1', muted: true });
    const back = [...talking, { type: 'mute', on: true }, { type: 'broke', why: 'network' }, { type: 'timer', timer: 'retry' }, { type: 'registered' }] as Event[];
    expect(told(...back, rang({ session: 's2', purpose: 'resume' })).effects).toContainEqual({ do: 'answer', session: 's2' });
    expect(told(...back, rang({ session: 's2', purpose: 'resume' }), { type: 'up', session: 's2' }).effects).toEqual([{ do: 'mute', session: 's2', on: true }]);
  });

  it('is answered by itself after a reload and when one calls out', () => {
    for (const purpose of ['resume', 'dial'] as const) expect(told(...ready, rang({ purpose })).effects).toContainEqual({ do: 'answer', session: 's1' });
  });

  it('that died unseen makes room for the one that the server brings', () => {
    expect(told(...talking, rang({ session: 's2', purpose: 'resume' })).effects).toEqual([
      { do: 'drop', session: 's1' },
      { do: 'answer', session: 's2' },
    ]);
  });

  it('is forgotten when the other side has hung up meanwhile', () => {
    const lost: Event[] = [...talking, { type: 'broke', why: 'network' }];
    expect(told(...lost, { type: 'gone', call: 'c1' }).phone.talk).toBeUndefined();
    expect(told(...lost, { type: 'gone', call: 'c1' }).effects).toEqual([{ do: 'stop', timer: 'lost' }]);
    expect(told(...lost, { type: 'gone', call: 'c2' }).phone.talk).toMatchObject({ at: 'lost' });
    expect(told(...talking, { type: 'gone', call: 'c1' }).phone.talk).toMatchObject({ at: 'talking' });
  });

  it('is given up when it is not brought back', () => {
    expect(told(...talking, { type: 'broke', why: 'network' }, { type: 'timer', timer: 'lost' }).phone.talk).toEqual({ at: 'over', call: 'c1', why: 'lost' });
  });
});

// Every event, in every order, from every state that can be reached.
describe('whatever comes in whatever order', () => {
  const events: Event[] = [
    { type: 'none' },
    { type: 'unable' },
    offered,
    { type: 'offered', wanted: false, denied: false },
    { type: 'offered', wanted: true, denied: true },
    ...(['owned', 'elsewhere', 'connect', 'disconnect', 'takeOver', 'microphone', 'registered', 'alive', 'doubt'] as const).map((type): Event => ({ type })),
    { type: 'broke', why: 'network' },
    { type: 'broke', why: 'refused' },
    ...(['retry', 'patience', 'probe', 'lost', 'over'] as const).map((timer): Event => ({ type: 'timer', timer })),
    { type: 'mute', on: true },
    { type: 'mute', on: false },
    { type: 'digit', digit: '5' },
    { type: 'noMicrophone', why: 'denied' },
    ...['s1', 's2'].flatMap((session): Event[] => [
      ...(['ring', 'resume', 'dial'] as const).flatMap((purpose) => ['c1', 'c2'].map((call) => rang({ session, call, purpose }))),
      { type: 'up', session },
      { type: 'held', session, on: true },
      { type: 'held', session, on: false },
      { type: 'ended', session, cancelled: true },
      { type: 'ended', session, cancelled: false },
      { type: 'noMicrophone', why: 'busy', session },
    ]),
    ...['c1', 'c2'].flatMap((call): Event[] => [
      { type: 'answer', call },
      { type: 'reject', call },
      { type: 'gone', call },
    ]),
  ];

  // What the world around the machine knows: the sessions that are not over, the timers that run.
  interface World {
    phone: Phone;
    alive: string[];
    timers: string[];
    connected: boolean;
  }

  function after(w: World, e: Event): World | undefined {
    if (e.type === 'rang' && (!w.connected || w.alive.includes(e.session))) return undefined; // a line that is not there brings none, and none twice
    if ('session' in e && e.type !== 'rang' && e.session && !w.alive.includes(e.session)) return undefined; // the runner knows which are over
    if (e.type === 'timer' && !w.timers.includes(e.timer)) return undefined;
    const { phone, effects } = next(w.phone, e);
    const alive = new Set(w.alive);
    const timers = new Set(w.timers);
    let { connected } = w;
    if (e.type === 'rang') alive.add(e.session);
    if (e.type === 'ended') alive.delete(e.session);
    if (e.type === 'timer') timers.delete(e.timer);
    for (const effect of effects) {
      if (effect.do === 'refuse' || effect.do === 'drop') expect(alive.delete(effect.session)).toBe(true);
      if (effect.do === 'answer' || effect.do === 'mute' || effect.do === 'digit') expect(alive.has(effect.session)).toBe(true);
      if (effect.do === 'leave') {
        alive.clear();
        connected = false;
      }
      if (effect.do === 'connect') {
        expect(connected, 'one line at a time').toBe(false);
        connected = true;
      }
      if (effect.do === 'wait') timers.add(effect.timer);
      if (effect.do === 'stop') timers.delete(effect.timer);
    }
    return { phone: capped(phone), alive: [...alive].sort(), timers: [...timers].sort(), connected };
  }

  // Pauses stop growing, so further attempts are the same again.
  const capped = (p: Phone): Phone => (p.line.at === 'connecting' && p.line.tries > 2 ? { ...p, line: { ...p.line, tries: 2 } } : p);

  it('no call is forgotten, none is there twice, and there is always a way on', () => {
    const seen = new Map<string, World>();
    const queue: World[] = [{ phone: begin, alive: [], timers: [], connected: false }];
    while (queue.length > 0) {
      const w = queue.pop()!;
      const key = JSON.stringify(w);
      if (seen.has(key)) continue;
      seen.set(key, w);
      const { line, talk } = w.phone;
      expect(w.alive, key).toEqual(talk && 'session' in talk ? [talk.session] : []);
      expect(w.connected, key).toBe(line.at === 'registered' || (line.at === 'connecting' && !line.trouble));
      if (line.at === 'connecting') expect(w.timers, key).toContain(line.trouble ? 'retry' : 'patience');
      else expect(w.timers.filter((t) => t === 'retry' || t === 'patience'), key).toEqual([]);
      if (line.at === 'off') expect(talk, key).toBeUndefined();
      expect(w.timers.filter((t) => t === 'lost' || t === 'over'), key).toEqual(talk?.at === 'lost' || talk?.at === 'over' ? [talk.at] : []);
      for (const e of events) {
        const then = after(w, e);
        if (then) queue.push(then);
      }
    }
    expect(seen.size).toBeGreaterThan(50);
  });
});
