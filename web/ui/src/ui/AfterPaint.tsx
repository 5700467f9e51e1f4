import { type ReactNode, startTransition, useEffect, useState } from 'react';

/**
 * AfterPaint holds back what is large until the frame around it is on the screen, so that
 * what must be seen at once does not wait for it. It belongs at the end of its place: what
 * stands below would be moved.
 */
export function AfterPaint({ children }: { children: ReactNode }) {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    let second = 0;
    // The first callback runs before the frame is painted, the second one after it.
    const first = requestAnimationFrame(() => {
      second = requestAnimationFrame(() => startTransition(() => setPainted(true)));
    });
    return () => {
      cancelAnimationFrame(first);
      cancelAnimationFrame(second);
    };
  }, []);
  return painted ? children : null;
}
