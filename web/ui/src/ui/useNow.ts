import { useEffect, useState } from 'react';
import { serverNow } from './clock';

/** useNow gives the time by the server's clock, anew every second, or every so many ms; it stands still when `ticking` is false. */
export function useNow(ticking = true, every = 1000): number {
  const [now, setNow] = useState(() => serverNow());
  useEffect(() => {
    if (!ticking) return;
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const at = serverNow();
      setNow(at);
      timer = setTimeout(tick, every - (at % every));
    };
    tick();
    return () => clearTimeout(timer);
  }, [ticking, every]);
  return now;
}
