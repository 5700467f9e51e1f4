import { createContext, useContext, useSyncExternalStore } from 'react';
import { begin } from './machine';
import { type Preferences, preferences } from './preferences';
import type { Snapshot, Softphone } from './softphone';

export const SoftphoneContext = createContext<Softphone | undefined>(undefined);

const nothing: Snapshot = { phone: begin };
const never = () => () => {};

/** useSoftphone gives the browser's telephone and what it does; none for who has no extension or no browser that can. */
export function useSoftphone(): Snapshot & { softphone: Softphone | undefined } {
  const softphone = useContext(SoftphoneContext);
  const snapshot = useSyncExternalStore(softphone?.watch ?? never, () => softphone?.snapshot ?? nothing);
  return { ...snapshot, softphone };
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.watch, () => preferences.value);
}
