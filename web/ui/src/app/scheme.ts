import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';

const stored = 'callcard.scheme';

/** Keeps the chosen colour scheme where public/scheme.js finds it before the first paint. */
export function schemeManager(): MantineColorSchemeManager {
  let unwatch: (() => void) | undefined;
  return {
    get: (fallback) => (localStorage.getItem(stored) as MantineColorScheme | null) ?? fallback,
    set: (value) => localStorage.setItem(stored, value),
    subscribe(onUpdate) {
      const hear = (e: StorageEvent) => {
        if (e.key === stored && e.newValue) onUpdate(e.newValue as MantineColorScheme);
      };
      window.addEventListener('storage', hear);
      unwatch = () => window.removeEventListener('storage', hear);
    },
    unsubscribe: () => unwatch?.(),
    clear: () => localStorage.removeItem(stored),
  };
}
