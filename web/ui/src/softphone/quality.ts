/** Sample is what the counters of a connection say at one moment. */
export interface Sample {
  at: number; // ms
  received: number; // packets
  lost: number;
  discarded: number; // came too late
  jitter: number; // ms
  buffered: number; // ms in the jitter buffer, all sounds together
  emitted: number; // sounds that were played
  /** Of what we send: the share that the server misses, 0..1. */
  upstreamLoss?: number;
  /** To the server and back, ms. */
  roundTrip?: number;
}

/** Quality of a talk, as people would judge it: 1 (bad) to 4.4. */
export interface Quality {
  mos: number;
  /** Where it is lost, if it is: between this computer and the server, or beyond. */
  where?: 'network' | 'line';
}

const good = 4;
const packet = 20; // ms
const codecDelay = 10;
const robustness = 25.1; // Bpl of G.711 with concealment (ITU-T G.113 App. I)

/** mos is the E-model (ITU-T G.107) for G.711: delay in ms from mouth to ear, loss 0..1. */
export function mos(delay: number, loss: number): number {
  const percent = loss * 100;
  const delayed = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const r = 93.2 - delayed - (95 * percent) / (percent + robustness);
  if (r <= 0) return 1;
  return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}

/** quality judges what has happened between two samples; undefined when nothing was heard, as on hold. */
export function quality(before: Sample, now: Sample): Quality | undefined {
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost) + Math.max(0, now.discarded - before.discarded);
  if (received <= 0) return undefined;
  const loss = lost / (received + lost);
  const emitted = now.emitted - before.emitted;
  const buffer = emitted > 0 ? (now.buffered - before.buffered) / emitted : now.jitter * 2;
  const delay = (now.roundTrip ?? 0) / 2 + buffer + packet + codecDelay;
  const upstream = now.upstreamLoss ?? 0;
  const value = Math.min(mos(delay, loss), mos(delay, upstream));
  const rounded = Math.round(value * 10) / 10;
  if (rounded >= good) return { mos: rounded };
  // Trouble on the way from here to the server shows in both directions or in the time;
  // what comes spoilt over a sound way was spoilt before.
  const near = upstream >= 0.01 || (now.roundTrip ?? 0) > 250 || now.jitter > 40;
  return { mos: rounded, where: near ? 'network' : 'line' };
}

/** sampleOf reads the counters of WebRTC (getStats). */
export function sampleOf(report: RTCStatsReport): Sample | undefined {
  let sample: Sample | undefined;
  let upstreamLoss: number | undefined;
  let roundTrip: number | undefined;
  let pair: number | undefined;
  report.forEach((s: RTCStats & Record<string, number | string | boolean | undefined>) => {
    const n = (key: string) => (typeof s[key] === 'number' ? (s[key]) : 0);
    if (s.type === 'inbound-rtp' && s.kind === 'audio') {
      sample = {
        at: s.timestamp,
        received: n('packetsReceived'),
        lost: n('packetsLost'),
        discarded: n('packetsDiscarded'),
        jitter: n('jitter') * 1000,
        buffered: n('jitterBufferDelay') * 1000,
        emitted: n('jitterBufferEmittedCount'),
      };
    }
    if (s.type === 'remote-inbound-rtp') {
      if (typeof s.fractionLost === 'number') upstreamLoss = s.fractionLost;
      if (typeof s.roundTripTime === 'number') roundTrip = s.roundTripTime * 1000;
    }
    if (s.type === 'candidate-pair' && s.nominated && typeof s.currentRoundTripTime === 'number') pair = s.currentRoundTripTime * 1000;
  });
  return sample && { ...sample, upstreamLoss, roundTrip: roundTrip ?? pair };
}
