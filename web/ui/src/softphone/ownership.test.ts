import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ownership } from './ownership';

/** Locks is one lock as browsers have it (Web Locks): a queue, and stealing. */
class Locks {
  private holder: { reject: (err: Error) => void } | undefined;
  private readonly queue: { grant: () => void; aborted: boolean }[] = [];

  request = ((_: string, { steal, signal }: LockOptions, held: () => Promise<void> | undefined) =>
    new Promise<void>((resolve, reject) => {
      const grant = () => {
        const me = { reject };
        this.holder = me;
        void Promise.resolve(held()).then(() => {
          if (this.holder !== me) return;
          this.holder = undefined;
          resolve();
          this.turn();
        });
      };
      if (steal) {
        this.holder?.reject(new DOMException('stolen', 'AbortError'));
        this.holder = undefined;
        grant();
        return;
      }
      const waiting = { grant, aborted: false };
      signal?.addEventListener('abort', () => {
        waiting.aborted = true;
        reject(new DOMException('aborted', 'AbortError'));
      });
      this.queue.push(waiting);
      if (!this.holder) this.turn();
    })) as LockManager['request'];

  /** crash is the end of the tab that has the lock. */
  crash() {
    this.holder = undefined;
    this.turn();
  }

  private turn() {
    const first = this.queue.shift();
    if (first?.aborted) this.turn();
    else if (first) queueMicrotask(first.grant);
  }
}

// BroadcastChannel, at once and without threads.
class Channel {
  static all = new Set<Channel>();
  onmessage: ((e: { data: unknown }) => void) | null = null;
  constructor() {
    Channel.all.add(this);
  }
  postMessage(data: unknown) {
    for (const c of Channel.all) if (c !== this) queueMicrotask(() => c.onmessage?.({ data }));
  }
  close() {
    Channel.all.delete(this);
  }
}

let locks: Locks;
function tab() {
  const ears = { owned: vi.fn(), elsewhere: vi.fn(), heard: vi.fn() };
  return { ears, owner: new Ownership('test', ears, locks) };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', Channel);
  Channel.all.clear();
  sessionStorage.clear(); // shared by the tabs of this test; only a reload looks at it
  locks = new Locks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('of several tabs', () => {
  it('the first one has the telephone, the second one is told so', async () => {
    const [a, b] = [tab(), tab()];
    a.owner.want();
    await pass(300);
    b.owner.want();
    await pass(300);
    expect(a.ears.owned).toHaveBeenCalledTimes(1);
    expect(b.ears.owned).not.toHaveBeenCalled();
    expect(b.ears.elsewhere).toHaveBeenCalledTimes(1);
  });

  it('one takes it over: the other lets go before the first has it', async () => {
    const order: string[] = [];
    const [a, b] = [tab(), tab()];
    a.owner.want();
    await pass(300);
    b.owner.want();
    await pass(300);
    a.ears.elsewhere.mockImplementation(() => order.push('a lets go'));
    b.ears.owned.mockImplementation(() => order.push('b has it'));
    void b.owner.take();
    await pass(10);
    expect(order).toEqual(['a lets go', 'b has it']);
    await pass(10_000);
    expect(a.ears.owned).toHaveBeenCalledTimes(1);
  });

  it('one that does not answer is robbed', async () => {
    const [a, b] = [tab(), tab()];
    a.owner.want();
    await pass(300);
    b.owner.want();
    await pass(300);
    Channel.all.delete([...Channel.all][0]!); // frozen
    void b.owner.take();
    await pass(600);
    expect(b.ears.owned).toHaveBeenCalledTimes(1);
    expect(a.ears.elsewhere).toHaveBeenCalled();
  });

  it('another gets it when its tab is gone, after a while', async () => {
    const [a, b] = [tab(), tab()];
    a.owner.want();
    await pass(300);
    b.owner.want();
    await pass(300);
    locks.crash();
    await pass(1000);
    expect(b.ears.owned).not.toHaveBeenCalled();
    await pass(5000);
    expect(b.ears.owned).toHaveBeenCalledTimes(1);
  });

  it('it stays with the tab that reloads', async () => {
    const [a, b] = [tab(), tab()];
    a.owner.want();
    await pass(300);
    b.owner.want();
    await pass(300);
    Channel.all.delete([...Channel.all][0]!);
    locks.crash();
    await pass(1000);
    const again = tab(); // the storage of its tab says that it had the telephone
    again.owner.want();
    await pass(300);
    expect(again.ears.owned).toHaveBeenCalledTimes(1);
    await pass(10_000);
    expect(b.ears.owned).not.toHaveBeenCalled();
  });

  it('one that gives it up leaves it to another', async () => {
    const [a, b] = [tab(), tab()];
    a.owner.want();
    await pass(300);
    b.owner.want();
    await pass(300);
    a.owner.giveUp();
    await pass(6000);
    expect(b.ears.owned).toHaveBeenCalledTimes(1);
  });
});
