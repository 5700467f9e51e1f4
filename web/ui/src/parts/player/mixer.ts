/** A side of the talk: the file's left and right channel. */
export type Speaker = 'client' | 'agent';
export const speakers: Speaker[] = ['client', 'agent'];

/**
 * Mixer lets one speaker be silenced. From its making on the sound of the element
 * goes through it, both speakers in both ears: so it is made only when it is needed,
 * and by a click, without which the browser would keep it silent.
 */
export class Mixer {
  private readonly context = new AudioContext();
  private readonly gains: Record<Speaker, GainNode>;

  constructor(audio: HTMLAudioElement) {
    const splitter = this.context.createChannelSplitter(2);
    this.context.createMediaElementSource(audio).connect(splitter);
    const gain = (channel: number) => {
      const node = this.context.createGain();
      splitter.connect(node, channel);
      node.connect(this.context.destination);
      return node;
    };
    this.gains = { client: gain(0), agent: gain(1) };
  }

  set(muted: Record<Speaker, boolean>) {
    for (const speaker of speakers) this.gains[speaker].gain.value = muted[speaker] ? 0 : 1;
  }

  /** The browser suspends a context that was made, or came back, without a gesture. */
  wake() {
    if (this.context.state === 'suspended') void this.context.resume();
  }

  close() {
    void this.context.close();
  }
}
