import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Draft, type Kept, type World } from './draft';

class Server {
  notes = new Map<string, string>();
  sends = 0;
  down: unknown;
  disk: Kept | undefined;
  private ids = 0;

  world(): World {
    const answer = async (f: () => void) => {
      await Promise.resolve();
      if (this.down) throw this.down;
      f();
    };
    return {
      load: () => this.disk,
      keep: (k) => (this.disk = k),
      send: (id, text) => answer(() => (this.sends++, this.notes.set(id, text))),
      remove: (id) => answer(() => this.notes.delete(id)),
      newId: () => `n${++this.ids}`,
      passing: (err) => err === 'offline',
    };
  }
}

let server: Server;
let draft: Draft;
beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  draft = new Draft(server.world());
});
afterEach(() => void vi.useRealTimers());
const texts = () => [...server.notes.values()];

describe('a note that is being typed', () => {
  it('is on this computer with every key, and on the server after a pause', async () => {
    draft.type('call');
    draft.type('call back');
    expect(server.disk?.text).toBe('call back');
    expect(draft.status).toBe('typing');
    await vi.advanceTimersByTimeAsync(800);
    expect(texts()).toEqual(['call back']);
    expect(server.sends).toBe(1);
    expect(draft.status).toBe('saved');
  });

  it('is sent every three seconds however long one types', async () => {
    for (let i = 0; i < 20; i++) {
      draft.type('x'.repeat(i + 1));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(server.sends).toBeGreaterThanOrEqual(1);
    expect(server.sends).toBeLessThanOrEqual(3);
  });

  it('survives a reload in the middle, as one note', async () => {
    draft.type('half a tho');
    const again = new Draft(server.world());
    expect(again.text).toBe('half a tho');
    await vi.advanceTimersByTimeAsync(0);
    again.type('half a thought');
    await vi.advanceTimersByTimeAsync(800);
    expect(texts()).toEqual(['half a thought']);
  });

  it('is kept while the server is away, and sent when it is back', async () => {
    server.down = 'offline';
    draft.type('price 12 000');
    await vi.advanceTimersByTimeAsync(800);
    expect(draft.status).toBe('kept');
    expect(server.disk?.text).toBe('price 12 000');
    server.down = undefined;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(draft.status).toBe('saved');
    expect(texts()).toEqual(['price 12 000']);
  });

  it('says that the server refuses it, and loses nothing', async () => {
    server.down = 'forbidden';
    draft.type('x');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(draft.status).toBe('refused');
    expect(draft.error).toBe('forbidden');
    expect(server.disk?.text).toBe('x');
    expect(await draft.finish()).toBe(false);
    expect(draft.text).toBe('x');
  });

  it('is gone from the server when its text is deleted', async () => {
    draft.type('wrong client');
    await vi.advanceTimersByTimeAsync(800);
    draft.type('');
    await vi.advanceTimersByTimeAsync(800);
    expect(texts()).toEqual([]);
    expect(draft.status).toBe('empty');
  });

  it('gives way to the next note when it is done', async () => {
    draft.type('first');
    expect(await draft.finish()).toBe(true);
    expect(draft.text).toBe('');
    draft.type('second');
    await vi.advanceTimersByTimeAsync(800);
    expect(texts()).toEqual(['first', 'second']);
  });

  it('sends what was typed while it was being sent', async () => {
    draft.type('a');
    const sent = draft.flush();
    draft.type('ab');
    await sent;
    await vi.advanceTimersByTimeAsync(800);
    expect(texts()).toEqual(['ab']);
  });

  it('shows what another tab types, and does not send it twice', async () => {
    draft.follow({ id: 'other', text: 'from there', sent: 'from there' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(draft.text).toBe('from there');
    expect(server.sends).toBe(0);
  });
});
