import type { Message } from '@/api/schema';

/** Rung is a message drawn as an arrow between two lanes. */
export interface Rung {
  message: Message;
  /** Lanes from left to right, 0 is the first. */
  from: number;
  to: number;
  /** Since the first message. */
  ms: number;
  meaning: 'request' | 'progress' | 'success' | 'failure';
  /** What stands on the arrow: "INVITE", "180 Ringing". */
  label: string;
}

export interface Lane {
  /** A leg; empty for ourselves. */
  leg: string;
  /** Address of the other side; empty for ourselves. */
  peer: string;
}

interface LadderDrawing {
  lanes: Lane[];
  rungs: Rung[];
}

/**
 * ladderOf lays a call's SIP messages out: we stand in the middle, the side that came
 * first at the left, everybody whom we rang at the right in the order of ringing.
 */
export function ladderOf(messages: Message[]): LadderDrawing {
  const legs: Lane[] = [];
  for (const m of messages) if (!legs.some((l) => l.leg === m.leg)) legs.push({ leg: m.leg, peer: m.peer });
  const lanes = [...legs.slice(0, 1), { leg: '', peer: '' }, ...legs.slice(1)];
  const us = lanes.findIndex((l) => l.leg === '');
  const start = Date.parse(messages[0]?.at ?? '');
  const rungs = messages.map((message): Rung => {
    const other = lanes.findIndex((l) => l.leg === message.leg);
    const [from, to] = message.sent ? [us, other] : [other, us];
    return { message, from, to, ms: Date.parse(message.at) - start, ...described(message.head) };
  });
  return { lanes, rungs };
}

/** described reads a start line (RFC 3261 section 7). */
function described(head: string): Pick<Rung, 'label' | 'meaning'> {
  const status = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(head);
  if (!status) return { label: head.split(' ')[0]!, meaning: 'request' };
  const code = Number(status[1]);
  return { label: `${code} ${status[2]}`.trim(), meaning: code < 200 ? 'progress' : code < 300 ? 'success' : 'failure' };
}

/** ladderText is the ladder as a text that can be sent to a provider. */
export function ladderText(messages: Message[]): string {
  return messages.map((m) => `${m.at} ${m.sent ? '>' : '<'} ${m.peer}\n${m.text.replaceAll('\r\n', '\n').trimEnd()}\n`).join('\n');
}
