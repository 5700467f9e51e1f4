/**
 * The browser's telephone as a machine: what it remembers, what may happen to it, and
 * what is to be done then. It is pure: whoever runs it (softphone.ts) does the effects
 * and tells what comes of them as the next events.
 *
 *	line: off -> connecting <-> registered
 *	talk: ringing -> answering -> talking <-> held -> over
 *	                     ^            |
 *	                     +--- lost <--+   the connection broke: the server keeps the caller
 */
export interface Phone {
  line: Line;
  talk?: Talk;
}

export type Line = { at: 'off'; why: Off } | { at: 'connecting'; tries: number; trouble?: Trouble } | { at: 'registered' };

/**
 * Why the line is off: it is not known yet whether there is one; the user has none; the
 * browser can't; the user has not asked for it; the microphone is not given; another tab
 * has the telephone.
 */
export type Off = 'unknown' | 'none' | 'unable' | 'unasked' | NoMicrophone | 'elsewhere';

/** Why there is no microphone: not permitted, none there, another program has it. */
export type NoMicrophone = 'denied' | 'missing' | 'busy';

/** Why the line is not there yet: no network, or the server does not want us. */
export type Trouble = 'network' | 'refused';

/** What the INVITE wants: to ring; to bring back a call that this page has lost; to call out. */
export type Purpose = 'ring' | 'resume' | 'dial';

interface OfCall {
  session: string;
  /** The server's id of the call. */
  call: string;
  muted: boolean;
}

export type Talk =
  | ({ at: 'ringing'; trouble?: NoMicrophone } & OfCall)
  | ({ at: 'answering'; purpose: Purpose } & OfCall)
  | ({ at: 'talking' | 'held' } & OfCall)
  | { at: 'lost'; call: string; muted: boolean }
  | { at: 'over'; call: string; why: Ending };

/** How a talk ended: as it should; it could not be set up; it was not brought back in time; without a microphone. */
export type Ending = 'ended' | 'failed' | 'lost' | NoMicrophone;

export type Timer = 'retry' | 'patience' | 'probe' | 'lost' | 'over';

export type Event =
  // what there is
  | { type: 'none' | 'unable' }
  | { type: 'offered'; wanted: boolean; denied: boolean }
  // whose it is
  | { type: 'owned' | 'elsewhere' }
  // what the user wants
  | { type: 'connect' | 'disconnect' | 'takeOver' }
  | { type: 'answer' | 'reject'; call: string }
  | { type: 'mute'; on: boolean }
  | { type: 'digit'; digit: string }
  // what comes of it
  | { type: 'microphone' }
  | { type: 'noMicrophone'; why: NoMicrophone; session?: string }
  // the line
  | { type: 'registered' | 'alive' }
  | { type: 'broke'; why: Trouble }
  | { type: 'doubt' }
  | { type: 'timer'; timer: Timer }
  // the call
  | { type: 'rang'; session: string; call: string; purpose: Purpose; muted: boolean }
  | { type: 'up'; session: string }
  | { type: 'held'; session: string; on: boolean }
  /** The server has no such call any more. */
  | { type: 'gone'; call: string }
  | { type: 'ended'; session: string; cancelled: boolean };

export type Effect =
  | { do: 'own' | 'takeOver' | 'disown' | 'askMicrophone' | 'connect' | 'probe' }
  /** Politely: the server is told. Else only the socket is closed, and the server keeps the call for us. */
  | { do: 'leave'; politely: boolean }
  | { do: 'answer' | 'drop'; session: string }
  | { do: 'refuse'; session: string; code: number }
  | { do: 'mute'; session: string; on: boolean }
  | { do: 'digit'; session: string; digit: string }
  | { do: 'wait'; timer: Timer; ms: number }
  | { do: 'stop'; timer: Timer };

export interface Step {
  phone: Phone;
  effects: Effect[];
}

export const begin: Phone = { line: { at: 'off', why: 'unknown' } };

const firstPause = 500;
const longestPause = 15_000;
const patience = 10_000; // for a registration
const probePatience = 5_000;
/** The server keeps a lost call for 30 s; the way back takes a moment too. */
const keeps = 35_000;
const overStays = 5_000;

const busyHere = 486;
const decline = 603; // speaks for all of the agent's devices (RFC 3261 section 21.6)
const unavailable = 480;

/** next is what comes of an event; one that does not fit leaves the phone as it is. */
export function next(phone: Phone, e: Event): Step {
  return ofLine(phone, e) ?? ofTalk(phone, e) ?? { phone, effects: [] };
}

function ofLine(phone: Phone, e: Event): Step | undefined {
  const { line } = phone;
  switch (e.type) {
    case 'none':
    case 'unable':
      return line.at === 'off' ? off(phone, e.type) : leave(phone, e.type, { do: 'disown' });
    case 'offered':
      if (line.at !== 'off') return undefined;
      if (e.denied) return off(phone, 'denied');
      return e.wanted ? { phone, effects: [{ do: 'own' }] } : off(phone, 'unasked');
    case 'connect':
      return line.at === 'off' ? { phone, effects: [{ do: 'askMicrophone' }] } : undefined;
    case 'microphone':
      return line.at === 'off' && line.why !== 'elsewhere' ? { phone, effects: [{ do: 'own' }] } : undefined;
    case 'noMicrophone':
      return line.at === 'off' ? off(phone, e.why) : undefined;
    case 'takeOver':
      return line.at === 'off' && line.why === 'elsewhere' ? { phone, effects: [{ do: 'takeOver' }] } : undefined;
    case 'owned':
      return line.at === 'off' ? connect(phone, 0) : undefined;
    case 'elsewhere':
      return line.at === 'off' ? off(phone, 'elsewhere') : leave(phone, 'elsewhere');
    case 'disconnect':
      if (busy(phone.talk)) return undefined; // a talk is not cut off by the way
      if (line.at !== 'off') return leave(phone, 'unasked', { do: 'disown' });
      return line.why === 'elsewhere' ? { phone: { line: { at: 'off', why: 'unasked' } }, effects: [{ do: 'disown' }] } : undefined;
    case 'registered':
      if (line.at !== 'connecting' || line.trouble) return undefined;
      return { phone: { ...phone, line: { at: 'registered' } }, effects: [{ do: 'stop', timer: 'patience' }] };
    case 'alive':
      return line.at === 'registered' ? { phone, effects: [{ do: 'stop', timer: 'probe' }] } : undefined;
    case 'broke':
      return broke(phone, e.why);
    case 'doubt':
      if (line.at === 'registered') return { phone, effects: [{ do: 'probe' }, { do: 'wait', timer: 'probe', ms: probePatience }] };
      return line.at === 'connecting' && line.trouble ? connect(phone, line.tries) : undefined;
    case 'timer':
      return ofTimer(phone, e.timer);
    default:
      return undefined;
  }
}

function ofTimer(phone: Phone, timer: Timer): Step | undefined {
  const { line, talk } = phone;
  switch (timer) {
    case 'retry':
      return line.at === 'connecting' && line.trouble ? connect(phone, line.tries) : undefined;
    case 'patience':
      return line.at === 'connecting' && !line.trouble ? broke(phone, 'network') : undefined;
    case 'probe':
      return line.at === 'registered' ? broke(phone, 'network') : undefined;
    case 'lost':
      return talk?.at === 'lost' ? over(phone, talk.call, 'lost') : undefined;
    case 'over':
      return talk?.at === 'over' ? { phone: { line }, effects: [] } : undefined;
  }
}

function ofTalk(phone: Phone, e: Event): Step | undefined {
  const { line, talk } = phone;
  // The INVITE may overtake the answer to the REGISTER.
  const connected = line.at === 'registered' || (line.at === 'connecting' && !line.trouble);
  if (e.type === 'rang') return connected ? rang(phone, e) : { phone, effects: [{ do: 'refuse', session: e.session, code: unavailable }] };
  if (e.type === 'gone') return talk?.at === 'lost' && talk.call === e.call ? { phone: { line }, effects: timersOf(talk) } : undefined;
  if (!talk || !('session' in talk)) return undefined;
  const { session, call, muted } = talk;
  if ('session' in e && e.session !== undefined && e.session !== session) return undefined; // of a call that is none any more
  switch (e.type) {
    case 'answer':
      if (talk.at !== 'ringing' || e.call !== call) return undefined;
      return { phone: { line, talk: { at: 'answering', purpose: 'ring', session, call, muted } }, effects: [{ do: 'answer', session }] };
    case 'reject':
      return talk.at === 'ringing' && e.call === call ? { phone: { line }, effects: [{ do: 'refuse', session, code: decline }] } : undefined;
    case 'noMicrophone': {
      if (talk.at !== 'answering') return undefined;
      // It rings on: perhaps the microphone is given now, or a desk phone is picked up.
      if (talk.purpose === 'ring') return { phone: { line, talk: { at: 'ringing', session, call, muted, trouble: e.why } }, effects: [] };
      const step = over(phone, call, e.why);
      return { ...step, effects: [{ do: 'refuse', session, code: unavailable }, ...step.effects] };
    }
    case 'up':
      if (talk.at !== 'answering') return undefined;
      return { phone: { line, talk: { at: 'talking', session, call, muted } }, effects: muted ? [{ do: 'mute', session, on: true }] : [] };
    case 'held':
      if (talk.at !== (e.on ? 'talking' : 'held')) return undefined;
      return { phone: { line, talk: { ...talk, at: e.on ? 'held' : 'talking' } }, effects: [] };
    case 'mute':
      if ((talk.at !== 'talking' && talk.at !== 'held') || e.on === muted) return undefined;
      return { phone: { line, talk: { ...talk, muted: e.on } }, effects: [{ do: 'mute', session, on: e.on }] };
    case 'digit':
      return talk.at === 'talking' ? { phone, effects: [{ do: 'digit', session, digit: e.digit }] } : undefined;
    case 'ended':
      if (talk.at === 'ringing' || e.cancelled) return { phone: { line }, effects: [] };
      return over(phone, call, talk.at === 'answering' ? 'failed' : 'ended');
    default:
      return undefined;
  }
}

function rang(phone: Phone, e: Extract<Event, { type: 'rang' }>): Step {
  const { line, talk } = phone;
  const { session, call, purpose } = e;
  const mine = talk && 'session' in talk ? talk : undefined;
  // The server brings a call back: what is left of it here is of no use to anybody.
  const same = purpose === 'resume' && talk?.call === call;
  if (mine && !same) return { phone, effects: [{ do: 'refuse', session, code: busyHere }] };
  const effects: Effect[] = mine ? [{ do: 'drop', session: mine.session }] : timersOf(talk);
  const muted = (same && talk.at !== 'over' && talk.muted) || e.muted;
  if (purpose === 'ring') return { phone: { line, talk: { at: 'ringing', session, call, muted } }, effects };
  return { phone: { line, talk: { at: 'answering', purpose, session, call, muted } }, effects: [...effects, { do: 'answer', session }] };
}

function connect(phone: Phone, tries: number): Step {
  const effects: Effect[] = [{ do: 'stop', timer: 'retry' }, { do: 'connect' }, { do: 'wait', timer: 'patience', ms: patience }];
  return { phone: { ...phone, line: { at: 'connecting', tries } }, effects };
}

/** broke: the connection is gone, or did not come. A talk that was up is the server's to bring back. */
function broke(phone: Phone, why: Trouble): Step | undefined {
  const { line, talk } = phone;
  if (line.at === 'off' || (line.at === 'connecting' && line.trouble)) return undefined;
  const tries = line.at === 'connecting' ? line.tries + 1 : 0;
  const pause = Math.min(longestPause, firstPause * 2 ** tries);
  const effects: Effect[] = [
    { do: 'leave', politely: false },
    { do: 'stop', timer: 'patience' },
    { do: 'stop', timer: 'probe' },
    { do: 'wait', timer: 'retry', ms: pause },
  ];
  const after: Phone = { line: { at: 'connecting', tries, trouble: why } };
  if (!talk || !('session' in talk)) return { phone: { ...after, talk }, effects };
  if (talk.at === 'ringing' || (talk.at === 'answering' && talk.purpose !== 'resume')) return { phone: after, effects };
  return { phone: { ...after, talk: { at: 'lost', call: talk.call, muted: talk.muted } }, effects: [...effects, { do: 'wait', timer: 'lost', ms: keeps }] };
}

function off({ talk }: Phone, why: Off): Step {
  return { phone: { line: { at: 'off', why } }, effects: timersOf(talk) };
}

function leave({ talk }: Phone, why: Off, more?: Effect): Step {
  const effects: Effect[] = [
    { do: 'leave', politely: !busy(talk) },
    { do: 'stop', timer: 'retry' },
    { do: 'stop', timer: 'patience' },
    { do: 'stop', timer: 'probe' },
    ...timersOf(talk),
  ];
  return { phone: { line: { at: 'off', why } }, effects: more ? [...effects, more] : effects };
}

function over({ line }: Phone, call: string, why: Ending): Step {
  return { phone: { line, talk: { at: 'over', call, why } }, effects: [{ do: 'stop', timer: 'lost' }, { do: 'wait', timer: 'over', ms: overStays }] };
}

const timersOf = (talk: Talk | undefined): Effect[] => (talk?.at === 'lost' || talk?.at === 'over' ? [{ do: 'stop', timer: talk.at }] : []);

/** busy: there is a call that must not be cut off. */
export const busy = (talk: Talk | undefined): boolean => talk !== undefined && talk.at !== 'over';
