import type { NoMicrophone } from './machine';

/** MicrophoneTrouble is why there is no microphone. */
export class MicrophoneTrouble extends Error {
  constructor(readonly why: NoMicrophone) {
    super(`no microphone: ${why}`);
  }
}

/** Which microphone, and whether the browser should take out echo and noise. */
export interface MicrophoneWish {
  device: string;
  clean: boolean;
}

/**
 * openMicrophone opens the wished microphone, or another one if it is not there any more.
 * If it is unplugged later, gone is called.
 */
export async function openMicrophone({ device, clean }: MicrophoneWish, gone?: () => void): Promise<MediaStream> {
  const audio: MediaTrackConstraints = {
    echoCancellation: clean,
    noiseSuppression: clean,
    autoGainControl: clean,
    ...(device && { deviceId: { ideal: device } }),
  };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    if (gone) for (const track of stream.getAudioTracks()) track.addEventListener('ended', gone);
    return stream;
  } catch (err) {
    throw new MicrophoneTrouble(troubleOf(err));
  }
}

export const closeMicrophone = (stream: MediaStream | undefined) => stream?.getTracks().forEach((track) => track.stop());

/** troubleOf reads the errors of getUserMedia (Media Capture and Streams, section 10.2). */
export function troubleOf(err: unknown): NoMicrophone {
  const name = err instanceof Error || err instanceof DOMException ? err.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'denied';
}

/** permission is what the browser would say to being asked for the microphone. */
export async function permission(): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state;
  } catch {
    return 'prompt'; // a browser that does not tell
  }
}

/** canTalk: browsers give a microphone to safe pages only. */
export const canTalk = () => window.isSecureContext && 'mediaDevices' in navigator && 'RTCPeerConnection' in window && 'locks' in navigator;
