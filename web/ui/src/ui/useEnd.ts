import { useEffect, useRef } from 'react';

/** useEnd calls f when the end of a list comes near the screen, while `more` is there. */
export function useEnd(f: () => void, more: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(f);
  latest.current = f;
  useEffect(() => {
    if (!more || !ref.current) return undefined;
    const watch = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && latest.current(), { rootMargin: '400px' });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, [more]);
  return ref;
}
