import { describe, expect, it } from 'vitest';
import { mos, quality, type Sample } from './quality';

// The table of contact centres: delay, share of loss -> MOS (ITU-T G.107, G.711 with concealment).
it.each([
  [20, 0, 4.4],
  [150, 0, 4.33],
  [150, 0.01, 4.23],
  [150, 0.03, 4.0],
  [300, 0, 3.71],
  [300, 0.05, 2.93],
])('%i ms and %f of the packets lost are %f', (delay, loss, value) => {
  expect(mos(delay, loss)).toBeCloseTo(value, 1);
});

const start: Sample = { at: 0, received: 0, lost: 0, discarded: 0, jitter: 2, buffered: 0, emitted: 0 };
const after = (more: Partial<Sample>): Sample => ({ ...start, at: 5000, received: 250, emitted: 240_000, buffered: 40 * 240_000, roundTrip: 20, ...more });

describe('five seconds of a talk', () => {
  it('are good', () => expect(quality(start, after({}))).toEqual({ mos: 4.4 }));
  it('are spoilt by the own network when the server misses packets too', () => {
    expect(quality(start, after({ received: 230, lost: 20, upstreamLoss: 0.08 }))).toMatchObject({ where: 'network' });
  });
  it('are spoilt by the own network when everything takes long', () => {
    expect(quality(start, after({ roundTrip: 600 }))).toMatchObject({ where: 'network' });
  });
  it('are spoilt by the line when the way to the server is sound', () => {
    expect(quality(start, after({ received: 220, lost: 30, upstreamLoss: 0 }))).toMatchObject({ where: 'line' });
  });
  it('are not judged when nothing was sent, as on hold', () => expect(quality(start, after({ received: 0 }))).toBeUndefined());
});
