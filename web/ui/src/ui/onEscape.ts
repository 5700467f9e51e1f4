import type { KeyboardEvent } from 'react';

/** onEscape closes a form by Escape, but for the one that closes an open list within it. */
export const onEscape = (close: () => void) => (e: KeyboardEvent) => {
  if (e.key !== 'Escape') return;
  if (e.target instanceof HTMLElement && e.target.dataset.mantineStopPropagation === 'true') return;
  e.stopPropagation();
  close();
};
