/** What is wrong with a sound file, as far as it can be told without the server. */
export type SoundTrouble = 'large' | 'notWav';

export const largest = 5 << 20;

/** soundTrouble reads the head of a file: RIFF, its size, WAVE. */
export async function soundTrouble(file: Blob): Promise<SoundTrouble | undefined> {
  if (file.size > largest) return 'large';
  const head = new TextDecoder('latin1').decode(await file.slice(0, 12).arrayBuffer());
  return head.startsWith('RIFF') && head.endsWith('WAVE') ? undefined : 'notWav';
}

/** Unplayable is the error of a file that need not be sent at all. */
export class Unplayable extends Error {
  constructor(readonly trouble: SoundTrouble) {
    super(`the sound file is wrong: ${trouble}`);
  }
}
