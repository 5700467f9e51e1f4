import type { CallDetail, Decision, Ring } from '@/api/schema';

interface At {
  /** When, ISO. */
  at: string;
}

/** Line is one thing that happened to a call, with what there is to say about it. */
export type Line = At &
  (
    | { kind: 'arrived' }
    | { kind: 'identified'; card: 'known' | 'made' | 'shared' | 'anonymous' | 'offline' | 'none'; lastAgent?: string }
    | { kind: 'queued'; queue?: string }
    | { kind: 'routed'; decision: Decision; again: number }
    | { kind: 'dialled'; line: string }
    | { kind: 'assigned'; by: string; agent: string; words?: string }
    | { kind: 'moved'; by: string; from: string; queue: string; words?: string }
    | { kind: 'rang'; ring: Ring; ms?: number }
    | { kind: 'answered'; agent?: string }
    | { kind: 'away'; agent: string; ms?: number }
    | { kind: 'requeued'; queue?: string }
    | { kind: 'held'; by: string; ms?: number }
    | { kind: 'ended'; agent?: string }
    | { kind: 'wrap_up'; agent: string; ms?: number; until?: string }
  );

// Of what happens at one moment the cause stands before the effect.
const order: Line['kind'][] = ['arrived', 'identified', 'queued', 'assigned', 'moved', 'routed', 'dialled', 'rang', 'answered', 'away', 'requeued', 'held', 'ended', 'wrap_up'];

/** storyOf tells a call from its beginning to now, oldest first. */
export function storyOf(call: CallDetail): Line[] {
  const lines: Line[] = [{ at: call.started_at, kind: 'arrived' }, identified(call)];
  if (call.queued_at) lines.push({ at: call.queued_at, kind: 'queued', queue: call.story.find((m) => m.kind === 'moved')?.from ?? call.queue });
  lines.push(...decisions(call.decisions));
  for (const ring of call.route) lines.push({ at: ring.at, kind: 'rang', ring, ms: ring.ended_at ? between(ring.at, ring.ended_at) : undefined });
  lines.push(...answers(call), ...losses(call), ...holds(call), ...wrapUps(call));
  for (const m of call.story) if (m.kind === 'dialled') lines.push({ at: m.at, kind: 'dialled', line: m.line ?? '' });
  for (const m of call.story) if (m.kind === 'queued') lines.push({ at: m.at, kind: 'requeued', queue: call.queue });
  lines.push(...steering(call));
  if (call.ended_at) lines.push({ at: call.ended_at, kind: 'ended', agent: call.story.find((m) => m.kind === 'ended')?.agent });
  return lines
    .filter((l) => l.kind !== 'identified' || call.direction !== 'internal')
    .map((line, n) => ({ line, n }))
    .sort((a, b) => between(b.line.at, a.line.at) || order.indexOf(a.line.kind) - order.indexOf(b.line.kind) || a.n - b.n)
    .map(({ line }) => line);
}

const between = (from: string, to: string) => Date.parse(to) - Date.parse(from);

function identified(call: CallDetail): Line {
  const told = call.story.find((m) => m.kind === 'identified');
  const card = call.crm_offline
    ? 'offline'
    : call.card_created
      ? 'made'
      : call.candidates?.length
        ? 'shared'
        : call.contact_id
          ? 'known'
          : call.anonymous
            ? 'anonymous'
            : 'none';
  return { at: told?.at ?? call.started_at, kind: 'identified', card, lastAgent: told?.agent };
}

// A call that waits is decided upon again whenever somebody's state changes: what came
// out the same is told once.
function decisions(list: Decision[]): Line[] {
  const lines: (Line & { kind: 'routed' })[] = [];
  for (const decision of list) {
    const last = lines.at(-1);
    if (last && outcome(last.decision) === outcome(decision)) last.again++;
    else lines.push({ at: decision.at, kind: 'routed', decision, again: 0 });
  }
  return lines;
}

const outcome = (d: Decision) =>
  JSON.stringify([d.reason, d.wait_for, d.candidates.map((c) => [c.agent, c.reason]), d.excluded.map((x) => [x.agent, x.why])]);

function answers(call: CallDetail): Line[] {
  const told = call.story.filter((m) => m.kind === 'answered').map((m): Line => ({ at: m.at, kind: 'answered', agent: m.agent }));
  if (told.length > 0 || !call.answered_at) return told;
  return [{ at: call.answered_at, kind: 'answered', agent: call.agent }];
}

/** holds are the times on hold, each side's own; one that lasts has no `ms`. */
export function holds(call: CallDetail): (Line & { kind: 'held' })[] {
  const lines: (Line & { kind: 'held' })[] = [];
  for (const m of call.story) {
    const open = lines.find((l) => l.by === m.by && l.ms === undefined);
    if (m.kind === 'held' && !open) lines.push({ at: m.at, kind: 'held', by: m.by ?? 'agent' });
    if (m.kind === 'resumed' && open) open.ms = between(open.at, m.at);
  }
  if (call.ended_at) for (const l of lines) l.ms ??= Math.max(0, between(l.at, call.ended_at));
  return lines;
}

/** losses are the times in which the device of the agent was gone and the caller waited for him. */
function losses(call: CallDetail): Line[] {
  return call.story
    .filter((m) => m.kind === 'agent_lost')
    .map((m) => {
      const end = call.story.find((x) => (x.kind === 'agent_back' || x.kind === 'queued') && x.at >= m.at)?.at ?? call.ended_at;
      return { at: m.at, kind: 'away', agent: m.agent ?? '', ms: end ? between(m.at, end) : undefined };
    });
}

// What supervisors have done with the caller while he waited.
function steering(call: CallDetail): Line[] {
  return call.story.flatMap((m): Line[] => {
    const told = { at: m.at, by: m.agent ?? '', words: m.words };
    if (m.kind === 'assigned') return [{ ...told, kind: m.kind, agent: m.whom ?? '' }];
    if (m.kind === 'moved') return [{ ...told, kind: m.kind, from: m.from ?? '', queue: m.queue ?? '' }];
    return [];
  });
}

function wrapUps(call: CallDetail): Line[] {
  return call.story
    .filter((m) => m.kind === 'wrap_up')
    .map((m) => {
      const end = call.story.find((x) => x.kind === 'wrap_up_ended' && x.agent === m.agent && x.at >= m.at);
      return { at: m.at, kind: 'wrap_up', agent: m.agent ?? '', until: m.until, ms: end && between(m.at, end.at) };
    });
}

/** recordingStart is the time of the recording's first sound, if there is one that can be played. */
function recordingStart(call: CallDetail): string | undefined {
  if (!call.recording?.ready) return undefined;
  return call.story.findLast((m) => m.kind === 'recording')?.at ?? call.answered_at;
}

/** secondsIn is where a time lies in the recording; undefined outside of it. */
export function secondsIn(call: CallDetail, at: string): number | undefined {
  const start = recordingStart(call);
  if (!start) return undefined;
  const seconds = between(start, at) / 1000;
  // The talk and its file begin within the same moment.
  return seconds < -1 || seconds > call.recording!.duration_ms / 1000 + 1 ? undefined : Math.max(0, seconds);
}

/** current is the line that the recording has come to: the last one that lies before the second. */
export function current(call: CallDetail, lines: Line[], second: number): number {
  return lines.findLastIndex((l) => {
    const at = secondsIn(call, l.at);
    return at !== undefined && Math.floor(at) <= second;
  });
}
