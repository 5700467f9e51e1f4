import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveEvent } from '@/api/schema';
import { forgetTime, hearTime } from '@/ui/clock';
import { apply, emptyPicture, type Picture } from './picture';
import type { Status } from './socket';

type Heard = (e: LiveEvent) => void;

/** LiveStore holds the picture and the status of the connection for the whole page. */
export class LiveStore {
  picture: Picture = emptyPicture;
  status: Status = 'connecting';
  private readonly watchers = new Set<() => void>();
  private readonly hearers = new Set<Heard>();

  receive(e: LiveEvent) {
    hearTime(e.at);
    this.picture = apply(this.picture, e);
    this.tell();
    for (const hear of this.hearers) hear(e);
  }

  setStatus(status: Status) {
    if (this.status === status) return;
    this.status = status;
    if (status === 'lost') forgetTime();
    this.tell();
  }

  readonly watch = (f: () => void) => {
    this.watchers.add(f);
    return () => void this.watchers.delete(f);
  };

  /** hear calls f with every event after it is in the picture. */
  hear(f: Heard): () => void {
    this.hearers.add(f);
    return () => void this.hearers.delete(f);
  }

  private tell() {
    for (const f of this.watchers) f();
  }
}

export const LiveContext = createContext<LiveStore | undefined>(undefined);

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (!store) throw new Error('the live store is only there for people who are signed in');
  return store;
}

/**
 * useLive gives a part of the picture. `pick` must give the same object for the same
 * picture: select what is there, compute outside.
 */
export function useLive<T>(pick: (p: Picture) => T): T {
  const store = useLiveStore();
  return useSyncExternalStore(store.watch, () => pick(store.picture));
}

export function useLiveStatus(): Status {
  const store = useLiveStore();
  return useSyncExternalStore(store.watch, () => store.status);
}
