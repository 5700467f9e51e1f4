import { useEffect, useState } from 'react';
import { setSink } from '@/softphone/speaker';

/**
 * Tone is a soft two-tone ring. Browsers let a page be heard only after somebody has
 * touched it, so the first touch wakes it up.
 */
class Tone {
  private context: AudioContext | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private device = '';

  /** listen waits for the first touch; it returns how to stop waiting. */
  listen(): () => void {
    const wake = () => {
      this.context ??= new AudioContext();
      void this.context.resume();
      void setSink(this.context, this.device);
    };
    const options = { capture: true, passive: true, once: true };
    window.addEventListener('pointerdown', wake, options);
    window.addEventListener('keydown', wake, options);
    return () => {
      window.removeEventListener('pointerdown', wake, options);
      window.removeEventListener('keydown', wake, options);
    };
  }

  /** use lets it ring on a device. */
  use(device: string) {
    this.device = device;
    if (this.context) void setSink(this.context, device);
  }

  start() {
    if (this.timer) return;
    this.chime();
    this.timer = setInterval(() => this.chime(), 2_500);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private chime() {
    const { context } = this;
    if (context?.state !== 'running') return;
    for (const [n, hertz] of [659.3, 523.3, 659.3, 523.3].entries()) this.note(context, hertz, context.currentTime + n * 0.2);
  }

  private note(context: AudioContext, hertz: number, at: number) {
    const sound = context.createOscillator();
    const loudness = context.createGain();
    sound.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.12, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.19);
    sound.connect(loudness).connect(context.destination);
    sound.start(at);
    sound.stop(at + 0.2);
  }
}

export const tone = new Tone();

/** useAwake tells whether the page has been touched, and so may be heard. */
export function useAwake(): boolean {
  const [awake, setAwake] = useState(() => navigator.userActivation?.hasBeenActive ?? true);
  useEffect(() => {
    if (awake) return undefined;
    const wake = () => setAwake(true);
    const events = ['pointerdown', 'keydown'] as const;
    for (const e of events) window.addEventListener(e, wake, { capture: true, passive: true });
    return () => events.forEach((e) => window.removeEventListener(e, wake, { capture: true }));
  }, [awake]);
  return awake;
}
