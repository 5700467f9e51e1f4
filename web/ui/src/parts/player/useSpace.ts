import { type RefObject, useEffect, useRef } from 'react';

/**
 * useSpace lets the space bar play and pause: while the focus is within the player,
 * and with `everywhere` also while nothing else on the page has it.
 */
export function useSpace(root: RefObject<HTMLElement | null>, toggle: () => void, everywhere: boolean) {
  const latest = useRef(toggle);
  latest.current = toggle;
  useEffect(() => {
    const hear = (e: KeyboardEvent) => {
      if (e.key !== ' ' || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
      const target = e.target as HTMLElement;
      const ours = root.current?.contains(target) && !target.closest('button, a, input, [role=menu]');
      const nobodys = everywhere && (target === document.body || target.id === 'main');
      if (!ours && !nobodys) return;
      e.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [root, everywhere]);
}
