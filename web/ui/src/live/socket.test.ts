import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { after, closeCodes } from './closeCodes';
import { LiveSocket, type Status } from './socket';

class FakeSocket {
  sent: string[] = [];
  readyState: number = WebSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((m: { data: string }) => void) | null = null;
  onclose: ((c: { code: number }) => void) | null = null;
  closed = false;
  constructor(readonly since: string) {}
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  opens() {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }
  says(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  breaks(code: number) {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code });
  }
}

function house() {
  const sockets: FakeSocket[] = [];
  const statuses: Status[] = [];
  const events: number[] = [];
  const live = new LiveSocket({ event: (e) => events.push(e.seq), status: (s) => statuses.push(s) }, (since) => {
    const s = new FakeSocket(since);
    sockets.push(s);
    return s as unknown as WebSocket;
  });
  const newest = () => sockets.at(-1)!;
  return { live, sockets, statuses, events, newest };
}

const envelope = (seq: number) => ({ epoch: 'e', seq, type: 'queue.changed', at: '', data: { queue: 'q', waiting: 0 } });

describe('the live socket', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes back with the last place it has seen, and delivers what follows', () => {
    const h = house();
    h.live.start();
    expect(h.newest().since).toBe('');
    h.newest().opens();
    h.newest().says(envelope(7));
    h.newest().breaks(1006);
    expect(h.statuses.at(-1)).toBe('lost');
    vi.advanceTimersByTime(1_000);
    expect(h.sockets).toHaveLength(2);
    expect(h.newest().since).toBe('e:7');
    h.newest().opens();
    h.newest().says(envelope(8));
    expect(h.events).toEqual([7, 8]);
    expect(h.statuses.at(-1)).toBe('live');
  });

  it('notices a network that swallows packets, by a pong that does not come', () => {
    const h = house();
    h.live.start();
    h.newest().opens();
    h.newest().says(envelope(1));
    vi.advanceTimersByTime(10_000);
    expect(h.newest().sent).toContain('{"type":"ping"}');
    vi.advanceTimersByTime(5_000);
    expect(h.sockets[0]!.closed).toBe(true);
    expect(h.statuses.at(-1)).toBe('lost');
  });

  it('stays as long as pongs come', () => {
    const h = house();
    h.live.start();
    h.newest().opens();
    for (let i = 0; i < 5; i++) {
      h.newest().says({ type: 'pong' });
      vi.advanceTimersByTime(12_000); // the next ping has gone out, its pong is awaited
    }
    expect(h.sockets).toHaveLength(1);
    expect(h.statuses.at(-1)).toBe('live');
  });

  it('waits longer after each failure, and starts anew at once when the browser is online', () => {
    const h = house();
    h.live.start();
    for (let i = 0; i < 8; i++) {
      h.newest().breaks(1006);
      vi.advanceTimersByTime(5_000);
    }
    expect(h.sockets.length).toBe(9);
    h.newest().breaks(1006);
    window.dispatchEvent(new Event('online'));
    expect(h.sockets.length).toBe(10);
  });

  it.each([
    [4050, 'ended'],
    [4051, 'refused'],
    [1008, 'refused'],
  ])('does not come back after %i', (code, status) => {
    const h = house();
    h.live.start();
    h.newest().opens();
    h.newest().breaks(code);
    vi.advanceTimersByTime(60_000);
    expect(h.sockets).toHaveLength(1);
    expect(h.statuses.at(-1)).toBe(status);
  });

  it('asks for a snapshot after a fault of the server', () => {
    const h = house();
    h.live.start();
    h.newest().says(envelope(3));
    h.newest().breaks(1011);
    vi.advanceTimersByTime(1_000);
    expect(h.newest().since).toBe('');
  });

  it('is silent after stop', () => {
    const h = house();
    h.live.start();
    h.newest().opens();
    h.live.stop();
    vi.advanceTimersByTime(60_000);
    expect(h.sockets).toHaveLength(1);
    expect(h.newest().closed).toBe(true);
  });
});

it('agrees with the server about close codes', () => {
  const doc = JSON.parse(readFileSync('../api/openapi.json', 'utf8')) as {
    paths: { '/live': { get: { 'x-close-codes': { code: number; reconnect: string }[] } } };
  };
  const table = doc.paths['/live'].get['x-close-codes'];
  expect(Object.fromEntries(table.map((r) => [r.code, r.reconnect]))).toEqual(closeCodes);
  expect(after(1006)).toBe('resume');
  expect(after(4999)).toBe('resume');
});
