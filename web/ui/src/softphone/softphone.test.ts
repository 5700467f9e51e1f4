import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MicrophoneTrouble } from './microphone';
import type { Credentials, Port, PortEvents } from './port';
import { type House, Refused, Softphone } from './softphone';

const stream = () => {
  const track = { enabled: true };
  return { getTracks: () => [track], getAudioTracks: () => [track] } as unknown as MediaStream;
};

/** world is a house whose every call can be looked at. */
function world(over: Partial<House> = {}) {
  const ports: { events: PortEvents; port: { [K in keyof Port]: ReturnType<typeof vi.fn> } }[] = [];
  let ears: Parameters<House['ownership']>[0] | undefined;
  const said: unknown[] = [];
  let muted = '';
  const seen = { closeMicrophone: vi.fn(), play: vi.fn() };
  const house: House = {
    credentials: vi.fn(
      (): Promise<Credentials> => Promise.resolve({ extension: '101', password: `p${ports.length}`, url: '/sip', expires_at: new Date(Date.now() + 600_000).toISOString() }),
    ),
    openPort: (_, events) => {
      const port = Object.fromEntries(['leave', 'probe', 'renew', 'answer', 'refuse', 'drop', 'mute', 'digit', 'speak', 'stats'].map((name) => [name, vi.fn()]));
      ports.push({ events, port: port as never });
      return Promise.resolve(port as unknown as Port);
    },
    openMicrophone: vi.fn(() => Promise.resolve(stream())),
    ...seen,
    wanted: vi.fn(),
    muted: { get: () => muted, set: (call) => void (muted = call) },
    ownership: (e) => {
      ears = e;
      return { want: () => e.owned(), take: () => Promise.resolve(e.owned()), giveUp: vi.fn(), tell: (m) => said.push(m), close: vi.fn() };
    },
    ...over,
  };
  const phone = new Softphone(house);
  return { phone, house, seen, ports, said, ears: () => ears!, last: () => ports[ports.length - 1]! };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const start = { able: true, wanted: true, denied: false };

async function registered(w = world()) {
  await w.phone.start(start);
  await settle();
  w.last().events.registered();
  return w;
}

async function talking(w = world()) {
  await registered(w);
  w.last().events.rang('s1', 'c1', 'ring');
  w.phone.order({ type: 'answer', call: 'c1' });
  await settle();
  w.last().events.up('s1');
  return w;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a telephone in the browser', () => {
  it('is not there for who has none, and not asked for again', async () => {
    const w = world({ credentials: () => Promise.reject(new Refused()) });
    await w.phone.start(start);
    expect(w.phone.snapshot.phone.line).toEqual({ at: 'off', why: 'none' });
    expect(w.ports).toHaveLength(0);
  });

  it('asks again when the server was away', async () => {
    const credentials = vi.fn(() => Promise.reject(new Error('away')));
    const w = world({ credentials });
    await w.phone.start(start);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(credentials).toHaveBeenCalledTimes(2);
    expect(w.phone.snapshot.phone.line).toEqual({ at: 'off', why: 'unknown' });
  });

  it('registers and rings', async () => {
    const w = await registered();
    expect(w.phone.snapshot.phone.line.at).toBe('registered');
    w.last().events.rang('s1', 'c1', 'ring');
    expect(w.phone.snapshot.phone.talk).toMatchObject({ at: 'ringing', call: 'c1' });
  });

  it('opens the microphone to answer, plays the other side, and closes it afterwards', async () => {
    const w = await talking();
    expect(w.last().port.answer).toHaveBeenCalledTimes(1);
    const sound = stream();
    w.last().events.sound('s1', sound);
    expect(w.seen.play).toHaveBeenLastCalledWith(sound);
    w.last().events.ended('s1', false);
    expect(w.seen.closeMicrophone).toHaveBeenCalledTimes(1);
    expect(w.seen.play).toHaveBeenLastCalledWith(undefined);
  });

  it('closes the microphone again when the caller was quicker', async () => {
    const w = await registered();
    w.last().events.rang('s1', 'c1', 'ring');
    w.phone.order({ type: 'answer', call: 'c1' });
    w.last().events.ended('s1', true);
    await settle();
    expect(w.last().port.answer).not.toHaveBeenCalled();
    expect(w.seen.closeMicrophone).toHaveBeenCalledTimes(1);
  });

  it('goes on with another microphone when the one in use is unplugged, muted as it was', async () => {
    const [first, second] = [stream(), stream()];
    let unplug = () => {};
    const openMicrophone = vi.fn((gone?: () => void) => {
      unplug = gone ?? unplug;
      return Promise.resolve(openMicrophone.mock.calls.length > 1 ? second : first);
    });
    const w = await talking(world({ openMicrophone }));
    w.phone.order({ type: 'mute', on: true });
    unplug();
    await settle();
    expect(w.last().port.speak).toHaveBeenCalledWith('s1', second.getAudioTracks()[0]);
    expect(second.getAudioTracks()[0]!.enabled).toBe(false);
    expect(w.seen.closeMicrophone).toHaveBeenCalledWith(first);
  });

  it('rings on without a microphone', async () => {
    const w = await registered(world({ openMicrophone: () => Promise.reject(new MicrophoneTrouble('denied')) }));
    w.last().events.rang('s1', 'c1', 'ring');
    w.phone.order({ type: 'answer', call: 'c1' });
    await settle();
    expect(w.phone.snapshot.phone.talk).toMatchObject({ at: 'ringing', trouble: 'denied' });
  });

  it('gets a new password before the old one ends', async () => {
    const w = await registered();
    await vi.advanceTimersByTimeAsync(420_000);
    expect(w.last().port.renew).toHaveBeenCalledWith('p1');
  });

  it('comes back after a break by a new line, and does not hear the old one any more', async () => {
    const w = await talking();
    const old = w.last();
    old.events.broke('network');
    expect(old.port.leave).toHaveBeenCalledWith(false);
    expect(w.phone.snapshot.phone.talk).toMatchObject({ at: 'lost' });
    await vi.advanceTimersByTimeAsync(500);
    expect(w.ports).toHaveLength(2);
    old.events.ended('s1', false);
    expect(w.phone.snapshot.phone.talk).toMatchObject({ at: 'lost' });
    w.last().events.registered();
    w.last().events.rang('s2', 'c1', 'resume');
    await settle();
    expect(w.last().port.answer).toHaveBeenCalledWith('s2', expect.anything());
  });

  it('stays muted when the call is brought back into a new page', async () => {
    const w = await talking();
    w.phone.order({ type: 'mute', on: true });
    expect(w.last().port.mute).toHaveBeenCalledWith('s1', true);
    const after = await registered(world({ muted: w.house.muted }));
    after.last().events.rang('s9', 'c1', 'resume');
    await settle();
    after.last().events.up('s9');
    expect(after.last().port.mute).toHaveBeenCalledWith('s9', true);
  });

  it('leaves without a word to the server when another tab takes it over', async () => {
    const w = await talking();
    w.ears().elsewhere();
    expect(w.last().port.leave).toHaveBeenCalledWith(false);
    expect(w.said).toContainEqual({ is: 'who' });
    w.ears().heard({ is: 'snapshot', snapshot: { phone: { line: { at: 'registered' } } } });
    expect(w.phone.snapshot.remote?.phone.line.at).toBe('registered');
    w.phone.order({ type: 'mute', on: true });
    expect(w.said).toContainEqual({ is: 'order', order: { type: 'mute', on: true } });
  });

  it('does what is wanted in another tab', async () => {
    const w = await registered();
    w.last().events.rang('s1', 'c1', 'ring');
    w.ears().heard({ is: 'order', order: { type: 'reject', call: 'c1' } });
    expect(w.last().port.refuse).toHaveBeenCalledWith('s1', 603);
  });
});
