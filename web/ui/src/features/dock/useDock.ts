import { useState } from 'react';
import { emptyPicture, type Picture } from '@/live/picture';
import { useLive } from '@/live/store';
import { absent, type DockState, next } from './machine';

/** useDock runs the machine on the live picture. */
export function useDock(): DockState {
  const [look] = useState(machine);
  return useLive(look);
}

// The same picture gives the same state, as useLive demands.
function machine() {
  let state: DockState = absent;
  let seen: Picture | undefined;
  return (p: Picture): DockState => {
    if (p !== seen) {
      seen = p;
      state = next(state, p);
    }
    return state;
  };
}

/** useTakesCalls tells whether the user is an agent; undefined until the live picture is there. */
export function useTakesCalls(): boolean | undefined {
  return useLive((p) => (p === emptyPicture ? undefined : p.me !== undefined));
}
