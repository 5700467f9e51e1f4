import { expect, it } from 'vitest';
import { loudness } from './level';

const tone = (peak: number) => Float32Array.from({ length: 480 }, (_, n) => peak * Math.sin((2 * Math.PI * n) / 48));

it('is nothing in silence, nearly full when shouted at, and grows in even steps in between', () => {
  expect(loudness(new Float32Array(480))).toBe(0);
  expect(loudness(tone(1))).toBeGreaterThan(0.9);
  const [soft, middle, loud] = [0.01, 0.1, 1].map((peak) => loudness(tone(peak)));
  expect(loud! - middle!).toBeCloseTo(middle! - soft!, 2);
});
