import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { keys } from '@/api/keys';
import { CacheSwitch } from './cache';
import { LiveSocket } from './socket';
import { LiveContext, LiveStore } from './store';

/** LiveProvider keeps the page's one live socket for as long as somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [store] = useState(() => new LiveStore());
  useEffect(() => {
    const known = new CacheSwitch(cache);
    const socket = new LiveSocket({
      event(e) {
        store.receive(e);
        known.hear(e);
      },
      status(s) {
        store.setStatus(s);
        // A socket that is refused for want of a session looks like a broken one: ask.
        if (s === 'ended' || s === 'lost') void cache.invalidateQueries({ queryKey: keys.session });
      },
    });
    socket.start();
    return () => socket.stop();
  }, [cache, store]);
  return <LiveContext value={store}>{children}</LiveContext>;
}
