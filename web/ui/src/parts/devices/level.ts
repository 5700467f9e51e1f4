/** loudness turns samples (-1..1) into a share of a bar: 0 is silence, 1 is as loud as can be; by decibels, as one hears. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length);
  const decibels = 10 * Math.log10(power + 1e-9);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}

/** watchLevel tells how loud a microphone is, with every frame; it returns how to stop. */
export function watchLevel(stream: MediaStream, tell: (share: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const look = () => {
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
    frame = requestAnimationFrame(look);
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
