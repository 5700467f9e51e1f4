import { useWindowEvent } from '@mantine/hooks';

/**
 * usePanelKeys hears the keys of an open panel before anything else does, wherever the
 * focus is: one press is one step. A list that is open within the panel has Escape first.
 */
export function usePanelKeys(keys: { Escape: () => void; 'mod+Enter'?: () => void }) {
  useWindowEvent(
    'keydown',
    (e: KeyboardEvent) => {
      const mine = e.key === 'Escape' ? keys.Escape : e.key === 'Enter' && (e.ctrlKey || e.metaKey) ? keys['mod+Enter'] : undefined;
      const others = e.target instanceof Element && e.target.getAttribute('data-mantine-stop-propagation') === 'true';
      if (!mine || others || e.isComposing) return;
      e.preventDefault();
      e.stopPropagation();
      mine();
    },
    { capture: true },
  );
}
