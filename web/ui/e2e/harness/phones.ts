import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { phonesBinary } from './paths';
import { patience, within } from './wait';

/** A line of the telephones' program, telephony/acceptance/phones. */
interface Line {
  id?: number;
  event?: 'rings' | 'progress' | 'up' | 'direction' | 'key' | 'over';
  at: number;
  phone?: string;
  call?: string;
  number?: string;
  callcard?: string;
  why?: string;
  error?: string;
}

type Command = Record<string, unknown> & { do: string };

/** Tones that tell who speaks. */
export const tone = { client: 1000, manager: 440 };

/** Phones are desk phones and callers, on one clock with the page: milliseconds since 1970. */
export class Phones {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly gone: Promise<void>;
  private readonly answers = new Map<number, (l: Line) => void>();
  private readonly ears = new Set<(l: Line) => void>();
  private readonly seen: Line[] = [];
  private next = 0;
  private clients = 0;

  constructor(private readonly sip: string) {
    this.child = spawn(phonesBinary, [], { stdio: 'pipe' });
    this.child.stderr.resume();
    this.gone = new Promise((done) => this.child.once('exit', () => done()));
    createInterface(this.child.stdout).on('line', (text) => this.take(JSON.parse(text) as Line));
  }

  /** desk plugs in an agent's desk phone and registers it. */
  async desk(extension: string, password: string): Promise<Desk> {
    await this.order({ do: 'open', phone: extension, server: this.sip, local: '127.0.0.3', user: extension, password, register: true });
    return new Desk(this, extension);
  }

  /** dials lets a number call, as the trunk brings it; "" hides the number. */
  async dials(from: string, to: string, headers: Record<string, string> = {}): Promise<Leg> {
    const phone = `client${++this.clients}`;
    await this.order({ do: 'open', phone, server: this.sip, local: '127.0.0.2', user: from || 'anonymous' });
    const privacy: Record<string, string> = from ? {} : { Privacy: 'id' };
    const a = await this.order({ do: 'dial', phone, to, hertz: tone.client, headers: { ...privacy, ...headers } });
    return new Leg(this, a.call!, a.at);
  }

  /** carrier is the telephone network at the end of a trunk, at an address of its own. */
  async carrier(local: string): Promise<Desk> {
    await this.order({ do: 'open', phone: 'carrier', server: this.sip, local, port: 5060, user: 'carrier' });
    return new Desk(this, 'carrier');
  }

  /** order sends a command and waits until it is carried out. */
  async order(command: Command, ms = patience + 5000): Promise<Line> {
    const id = ++this.next;
    const answered = new Promise<Line>((tell) => this.answers.set(id, tell));
    this.child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    const a = await within(answered, `the telephones to ${command.do}`, ms);
    if (a.error) throw new Error(`the telephones can't ${command.do}: ${a.error}`);
    return a;
  }

  /** event gives the first line that fits, of those that came and those to come. */
  event(what: string, is: (l: Line) => boolean, ms = patience): Promise<Line> {
    const before = this.seen.find(is);
    if (before) return Promise.resolve(before);
    let ear: (l: Line) => void = () => {};
    const heard = new Promise<Line>((tell) => {
      ear = (l) => is(l) && tell(l);
      this.ears.add(ear);
    });
    return within(heard, what, ms).finally(() => this.ears.delete(ear));
  }

  /** each calls back for every line to come. */
  each(ear: (l: Line) => void) {
    this.ears.add(ear);
  }

  async close() {
    this.child.stdin.end();
    await within(this.gone, 'the telephones to hang up').catch(() => this.child.kill('SIGKILL'));
  }

  private take(l: Line) {
    if (l.id) {
      this.answers.get(l.id)?.(l);
      this.answers.delete(l.id);
      return;
    }
    this.seen.push(l);
    for (const ear of [...this.ears]) ear(l);
  }
}

/** Desk is an agent's desk phone. */
export class Desk {
  private rung = 0;

  constructor(private readonly phones: Phones, readonly name: string) {}

  /** rings waits for the next call. */
  async rings(): Promise<Leg> {
    const call = `${this.name}/${++this.rung}`;
    const l = await this.phones.event(`the phone ${this.name} to ring`, (l) => l.event === 'rings' && l.call === call);
    return new Leg(this.phones, call, l.at, l.callcard);
  }

  /** picksUp waits for the next call, answers it and speaks. */
  async picksUp(): Promise<Leg> {
    const leg = await this.rings();
    await leg.answer();
    return leg;
  }
}

/** Leg is a call as one telephone has it. */
export class Leg {
  constructor(
    private readonly phones: Phones,
    readonly name: string,
    /** When the INVITE was sent, or came. */
    readonly at: number,
    /** The server's id of the call; only where it rang. */
    readonly id = '',
  ) {}

  answer = (hertz = tone.manager) => this.order('answer', { hertz });
  reject = (code = 486) => this.order('reject', { code });
  hangup = () => this.order('hangup');
  hears = (hertz: number) => this.order('hear', { hertz });
  hearsNothing = () => this.order('hear');
  hearsElse = (hertz: number) => this.order('hear', { hertz, else: true });
  press = (keys: string) => this.order('press', { keys });

  /** says lets a tone sound for so long; the talk goes on in real time meanwhile. */
  says = (hertz: number, seconds: number) => this.phones.order({ do: 'say', call: this.name, hertz, seconds }, seconds * 1000 + patience);

  /** up is when the call was answered. */
  up = async () => (await this.event('up', 'to be answered')).at;
  /** progress is when the other side rang. */
  progress = async () => (await this.event('progress', 'to ring')).at;
  /** pressed waits until the other side has pressed a key. */
  pressed = (key: string) => this.phones.event(`the call ${this.name} to hear the key ${key}`, (l) => l.event === 'key' && l.call === this.name && l.why === key);
  /** over is how the call ended. */
  over = async () => (await this.event('over', 'to end')).why ?? '';

  private event(name: Line['event'], what: string) {
    return this.phones.event(`the call ${this.name} ${what}`, (l) => l.event === name && l.call === this.name);
  }

  private async order(what: string, more: Record<string, unknown> = {}): Promise<number> {
    return (await this.phones.order({ do: what, call: this.name, ...more })).at;
  }
}
