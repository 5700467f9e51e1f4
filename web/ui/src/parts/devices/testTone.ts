/** testTone sounds for a second: three notes, soft enough for a headset. */
export function testTone(context: AudioContext): Promise<void> {
  const loudness = context.createGain();
  loudness.gain.value = 0.15;
  loudness.connect(context.destination);
  return new Promise((done) => {
    for (const [n, hertz] of [440, 554.4, 659.3].entries()) {
      const note = context.createOscillator();
      note.frequency.value = hertz;
      note.connect(loudness);
      note.start(context.currentTime + n * 0.3);
      note.stop(context.currentTime + n * 0.3 + 0.25);
      if (n === 2) note.onended = () => done();
    }
  });
}
