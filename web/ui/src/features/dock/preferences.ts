import { useLocalStorage } from '@mantine/hooks';

/** useRingSound: should a call be heard through this computer? On by default. */
export function useRingSound() {
  return useLocalStorage({ key: 'callcard.ringSound', defaultValue: true, getInitialValueInEffect: false });
}
