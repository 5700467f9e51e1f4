/** Speaker plays the other side of a talk on the chosen device. */
export class Speaker {
  private readonly audio = document.createElement('audio');

  constructor() {
    this.audio.autoplay = true;
    this.audio.hidden = true;
    this.audio.dataset.phone = 'speaker';
    document.body.append(this.audio);
  }

  play(stream: MediaStream | undefined) {
    this.audio.srcObject = stream ?? null;
    // A page that has the microphone may be heard without having been touched.
    if (stream) void this.audio.play().catch(() => undefined);
  }

  use(device: string) {
    void setSink(this.audio, device);
  }

  remove() {
    this.audio.remove();
  }
}

/** setSink lets something sound on a device, where the browser can choose; else it stays on the usual one. */
export async function setSink(of: HTMLMediaElement | AudioContext, device: string): Promise<void> {
  const chooses = of as { setSinkId?: (id: string) => Promise<void>; sinkId?: unknown };
  if (!chooses.setSinkId || (chooses.sinkId ?? '') === device) return;
  try {
    await chooses.setSinkId(device);
  } catch {
    await chooses.setSinkId('').catch(() => undefined); // it was unplugged
  }
}
