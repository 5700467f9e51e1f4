import { useEffect, useState } from 'react';
import { useLiveStore } from '@/live/store';
import { advance, beginning, type Guide } from './guide';

const stored = 'callcard.guide';

/** useGuide follows what goes on and remembers on this computer how far the newcomer has come. */
export function useGuide(): { guide: Guide; restart: () => void } {
  const store = useLiveStore();
  const [guide, setGuide] = useState(read);
  useEffect(() => store.hear((e) => setGuide((g) => advance(g, e))), [store]);
  useEffect(() => localStorage.setItem(stored, JSON.stringify(guide)), [guide]);
  return { guide, restart: () => setGuide(beginning) };
}

function read(): Guide {
  try {
    const known = JSON.parse(localStorage.getItem(stored) ?? 'null') as Guide | null;
    return known && Array.isArray(known.done) ? known : beginning;
  } catch {
    return beginning; // something else has been written there
  }
}
