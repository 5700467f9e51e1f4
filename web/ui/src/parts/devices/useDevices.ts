import { useCallback, useEffect, useState } from 'react';
import type { NoMicrophone } from '@/softphone/machine';
import { closeMicrophone, MicrophoneTrouble, openMicrophone } from '@/softphone/microphone';
import { preferences } from '@/softphone/preferences';

export interface Device {
  id: string;
  name: string;
}

const media = () => (navigator.mediaDevices as MediaDevices | undefined) ?? undefined; // only on safe pages

/** useDevices lists what one can speak into and hear from, also while something is plugged in or out. */
export function useDevices() {
  const [all, setAll] = useState<MediaDeviceInfo[]>();
  const [trouble, setTrouble] = useState<NoMicrophone>();
  const look = useCallback(async () => setAll((await media()?.enumerateDevices()) ?? []), []);
  useEffect(() => {
    const changed = () => void look();
    changed();
    media()?.addEventListener('devicechange', changed);
    return () => media()?.removeEventListener('devicechange', changed);
  }, [look]);
  // Browsers name the devices only to a page that was given the microphone once.
  const ask = () => {
    const { microphone: device, clean } = preferences.value;
    openMicrophone({ device, clean })
      .then((stream) => {
        setTrouble(undefined);
        closeMicrophone(stream);
        return look();
      })
      .catch((err: unknown) => setTrouble(err instanceof MicrophoneTrouble ? err.why : 'busy'));
  };
  const of = (kind: MediaDeviceKind): Device[] =>
    (all ?? []).filter((d) => d.kind === kind && d.deviceId !== '' && d.deviceId !== 'default').map((d) => ({ id: d.deviceId, name: d.label || d.deviceId.slice(0, 8) }));
  const named = all === undefined || all.some((d) => d.label !== '');
  return { inputs: of('audioinput'), outputs: of('audiooutput'), named, ask, trouble };
}
