import { useEffect, useRef, useState } from 'react';

const pause = 200; // ms without a key before anybody is asked

/**
 * useTyped is a search field whose text goes into the address after a pause; a new
 * address (back, a link) goes into the field.
 */
export function useTyped(q: string, tell: (q: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(q);
  const told = useRef(q);
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    if (q !== told.current) setTyped(q);
    told.current = q;
  }, [q]);
  useEffect(() => {
    const asked = typed.trim();
    if (asked === told.current) return;
    const timer = setTimeout(() => {
      told.current = asked;
      latest.current(asked);
    }, pause);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
