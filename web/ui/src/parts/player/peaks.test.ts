import { expect, test } from 'vitest';
import { barHeight, levels, loudest, silencesOf } from './peaks';

const flat = (...levels: number[]) => levels.map((l) => [-l, l]);

test('a bar is the loudest of its stretch, and none is lost between two bars', () => {
  expect(levels(flat(0.1, 0.2, 0.9, 0.3), 2)).toEqual([0.2, 0.9]);
  expect(levels([[-0.8, 0.1], [0, 0.2]], 1)).toEqual([0.8]);
  expect(levels(flat(0.1, 0.9, 0.2), 2)).toEqual([0.9, 0.9]);
});

test('a short recording is stretched over all bars, an empty one is silence', () => {
  expect(levels(flat(0.5), 3)).toEqual([0.5, 0.5, 0.5]);
  expect(levels([], 2)).toEqual([0, 0]);
});

test('both speakers share a scale, and noise alone does not fill it', () => {
  expect(loudest([flat(0.2), flat(0.6)])).toBe(0.6);
  expect(loudest([flat(0.01), flat(0)])).toBe(0.1);
});

test('a bar is one pixel at least and the lane at most', () => {
  expect(barHeight(0, 1, 40)).toBe(1);
  expect(barHeight(1, 0.5, 40)).toBe(40);
  expect(barHeight(0.25, 1, 40)).toBe(20);
});

test('silence is where both are silent for more than two seconds', () => {
  const client = flat(0.5, 0, 0, 0, 0, 0, 0, 0.5, 0, 0);
  const agent = flat(0, 0.4, 0, 0, 0, 0, 0, 0, 0, 0);
  expect(silencesOf({ duration_ms: 10_000, channels: [client, agent] })).toEqual([{ from: 2.3, to: 6.7 }]);
});
