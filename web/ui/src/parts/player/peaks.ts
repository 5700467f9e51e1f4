import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Peaks } from '@/api/schema';

/** The waveform of a call's recording. A file that is complete never changes; asking for it is no listening. */
export const peaksQuery = (callId: string) =>
  queryOptions({
    queryKey: keys.calls.peaks(callId),
    queryFn: ({ signal }) => answer(api.GET('/calls/{id}/recording/peaks', { params: { path: { id: callId }, query: { buckets: 800 } }, signal })),
    staleTime: Infinity,
  });

/** levels makes `count` bars of a channel: the loudest sample of each stretch, 0..1. */
export function levels(channel: number[][], count: number): number[] {
  if (channel.length === 0) return Array.from({ length: count }, () => 0);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * channel.length) / count);
    const to = Math.max(from + 1, Math.ceil(((i + 1) * channel.length) / count));
    return channel.slice(from, to).reduce((most, [low, high]) => Math.max(most, Math.abs(low!), Math.abs(high!)), 0);
  });
}

// Line noise is not to look like speech, however quiet the whole talk was.
const quietest = 0.1;

/** loudest is what fills a lane to its height: the loudest sample of both speakers. */
export const loudest = (channels: number[][][]): number => Math.max(quietest, ...channels.flat().map(([low, high]) => Math.max(Math.abs(low!), Math.abs(high!))));

/** barHeight of a level in a lane; the root lifts quiet speech, and silence stays a line of one pixel. */
export const barHeight = (level: number, top: number, lane: number): number => Math.max(1, Math.round(Math.sqrt(Math.min(1, level / top)) * lane));

export interface Silence {
  from: number;
  to: number;
}

const silent = 0.02;
const shortest = 2; // seconds that are worth skipping
const margin = 0.3; // seconds left at both ends, so that no word loses its beginning

/** silencesOf finds where nobody speaks for long, in seconds. */
export function silencesOf({ channels, duration_ms }: Peaks): Silence[] {
  const count = Math.max(0, ...channels.map((c) => c.length));
  const step = duration_ms / 1000 / count;
  const found: Silence[] = [];
  let since = 0;
  for (let i = 0; i <= count; i++) {
    const speaks = i === count || channels.some((c) => Math.max(Math.abs(c[i]?.[0] ?? 0), Math.abs(c[i]?.[1] ?? 0)) > silent);
    if (!speaks) continue;
    const silence = { from: since * step + margin, to: i * step - margin };
    if (silence.to - silence.from >= shortest) found.push(silence);
    since = i + 1;
  }
  return found;
}
