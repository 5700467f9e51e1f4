import { begin, type Effect, type Event, next, type Phone, type Timer, type Trouble } from './machine';
import { MicrophoneTrouble } from './microphone';
import type { Credentials, OpenPort, Port } from './port';
import { type Quality, quality, type Sample, sampleOf } from './quality';

/** Snapshot is what the page shows of the telephone. */
export interface Snapshot {
  phone: Phone;
  quality?: Quality;
  /** The telephone of another tab of this browser, which does what one wants here. */
  remote?: Snapshot;
}

/** What the telephone needs from the world; a test gives it another one. */
export interface House {
  /** Throws Refused when there is no telephone for this user, else whatever went wrong. */
  credentials(): Promise<Credentials>;
  openPort: OpenPort;
  /** Gone is called when it is unplugged. */
  openMicrophone(gone?: () => void): Promise<MediaStream>;
  closeMicrophone(stream: MediaStream): void;
  play(stream: MediaStream | undefined): void;
  /** Remembers that the user wants to talk in this browser, or no longer. */
  wanted(yes: boolean): void;
  /** The call that is muted; kept through a reload and for another tab. */
  muted: { get(): string; set(call: string): void };
  ownership(ears: { owned(): void; elsewhere(): void; heard(message: unknown): void }): {
    want(): void;
    take(): Promise<void>;
    giveUp(): void;
    tell(message: unknown): void;
    close(): void;
  };
}

/** Refused: the server has no telephone for this user. */
export class Refused extends Error {}

const measures = 5_000; // ms between two looks at the counters
const renews = 0.7; // of a password's life
const soonest = 5_000; // ms until it is renewed at the soonest

type Order = Extract<Event, { type: 'answer' | 'reject' | 'mute' | 'digit' }>;
type Message = { is: 'snapshot'; snapshot: Snapshot } | { is: 'order'; order: Order } | { is: 'who' };

/** Softphone runs the machine: it does what the machine wants done and tells it what came of it. */
export class Softphone {
  private now: Snapshot = { phone: begin };
  private readonly watchers = new Set<() => void>();
  private readonly timers = new Map<Timer | 'renew' | 'measure', ReturnType<typeof setTimeout>>();
  private owner: ReturnType<House['ownership']> | undefined;
  private port: Port | undefined;
  /** Counts connections, so that what an older one says late is not heard. */
  private connection = 0;
  private microphone: MediaStream | undefined;
  private sample: Sample | undefined;
  private closed = false;

  constructor(private readonly house: House) {}

  get snapshot(): Snapshot {
    return this.now;
  }

  readonly watch = (f: () => void) => {
    this.watchers.add(f);
    return () => void this.watchers.delete(f);
  };

  /** start finds out whether there is a telephone for this user in this browser. */
  async start(how: { able: boolean; wanted: boolean; denied: boolean }) {
    try {
      await this.house.credentials();
    } catch (err) {
      if (err instanceof Refused) this.tell({ type: 'none' });
      else if (!this.closed) this.after('retry', 5_000, () => void this.start(how));
      return;
    }
    this.tell(how.able ? { type: 'offered', wanted: how.wanted, denied: how.denied } : { type: 'unable' });
  }

  /** order does what the user wants with the call, here or in the tab that has the telephone. */
  order(order: Order) {
    if (this.now.remote) this.owner?.tell({ is: 'order', order } satisfies Message);
    else this.tell(order);
  }

  tell(e: Event) {
    if (this.closed) return;
    const before = this.now.phone;
    const { phone, effects } = next(before, e);
    if (phone !== before) this.show({ phone, quality: this.now.quality });
    for (const effect of effects) this.do(effect);
    if (phone !== before) this.afterwards(before, phone);
  }

  /** speak puts the newly chosen microphone in the place of the one that is used; if it can't be opened, nothing changes. */
  readonly speak = async () => {
    const before = this.now.phone.talk;
    if (!this.microphone || !before || !('session' in before)) return;
    const opened = await this.house.openMicrophone(this.unplugged).catch(() => undefined);
    if (!opened) return;
    const { talk } = this.now.phone;
    const track = opened.getAudioTracks()[0];
    if (!track || !this.port || !talk || !('session' in talk) || talk.session !== before.session) {
      this.house.closeMicrophone(opened);
      return;
    }
    track.enabled = !talk.muted;
    const old = this.microphone;
    this.microphone = opened;
    await this.port.speak(talk.session, track);
    this.house.closeMicrophone(old);
  };

  private readonly unplugged = () => void this.speak();

  close() {
    this.hangUpLine(true);
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.owner?.close();
  }

  private show(snapshot: Snapshot) {
    this.now = snapshot;
    if (snapshot.phone.line.at !== 'off') this.owner?.tell({ is: 'snapshot', snapshot } satisfies Message);
    for (const f of this.watchers) f();
  }

  private overhear(m: Message) {
    const mine = this.now.phone.line.at !== 'off';
    if (m.is === 'order' && mine) this.tell(m.order);
    if (m.is === 'who' && mine) this.owner?.tell({ is: 'snapshot', snapshot: this.now } satisfies Message);
    if (m.is === 'snapshot' && !mine) this.show({ phone: this.now.phone, remote: m.snapshot });
  }

  private do(effect: Effect) {
    switch (effect.do) {
      case 'own':
        return this.own();
      case 'takeOver':
        return void this.owner?.take();
      case 'disown':
        this.house.wanted(false);
        return this.owner?.giveUp();
      case 'askMicrophone':
        return void this.askMicrophone();
      case 'connect':
        return void this.connect();
      case 'probe':
        return this.port?.probe();
      case 'leave':
        return this.hangUpLine(effect.politely);
      case 'answer':
        return void this.answer(effect.session);
      case 'drop':
        return this.port?.drop(effect.session);
      case 'refuse':
        return this.port?.refuse(effect.session, effect.code);
      case 'mute':
        return this.port?.mute(effect.session, effect.on);
      case 'digit':
        return this.port?.digit(effect.session, effect.digit);
      case 'wait':
        return this.after(effect.timer, effect.ms, () => this.tell({ type: 'timer', timer: effect.timer }));
      case 'stop':
        return this.stop(effect.timer);
    }
  }

  /** afterwards does what hangs on the state and not on the way there. */
  private afterwards(before: Phone, phone: Phone) {
    const { talk } = phone;
    const was = before.talk;
    if (talk && was && 'muted' in talk && 'muted' in was && talk.muted !== was.muted) this.house.muted.set(talk.muted ? talk.call : '');
    if (talk?.at === was?.at && talk?.call === was?.call) return;
    if (!talk || !('session' in talk)) {
      this.house.play(undefined);
      if (this.microphone) this.house.closeMicrophone(this.microphone);
      this.microphone = undefined;
      this.stop('measure');
      this.sample = undefined;
      if (this.now.quality) this.show({ phone: this.now.phone });
    }
    if (talk?.at === 'talking' && !this.timers.has('measure')) this.measureLater(talk.session);
  }

  private own() {
    this.owner ??= this.house.ownership({
      owned: () => this.tell({ type: 'owned' }),
      elsewhere: () => {
        this.tell({ type: 'elsewhere' });
        this.owner?.tell({ is: 'who' } satisfies Message);
      },
      heard: (m) => this.overhear(m as Message),
    });
    this.owner.want();
  }

  private async askMicrophone() {
    try {
      this.house.closeMicrophone(await this.house.openMicrophone());
      this.house.wanted(true);
      this.tell({ type: 'microphone' });
    } catch (err) {
      this.tell({ type: 'noMicrophone', why: whyNot(err) });
    }
  }

  private async connect() {
    const connection = ++this.connection;
    const current = () => connection === this.connection && !this.closed;
    const broke = (why: Trouble) => current() && this.tell({ type: 'broke', why });
    const live = (e: Event) => current() && this.tell(e);
    try {
      const credentials = await this.house.credentials();
      if (!current()) return;
      this.renewLater(credentials);
      const port = await this.house.openPort(credentials, {
        registered: () => live({ type: 'registered' }),
        heard: () => live({ type: 'alive' }),
        broke,
        rang: (session, call, purpose) => live({ type: 'rang', session, call, purpose, muted: purpose === 'resume' && this.house.muted.get() === call }),
        up: (session) => live({ type: 'up', session }),
        held: (session, on) => live({ type: 'held', session, on }),
        ended: (session, cancelled) => live({ type: 'ended', session, cancelled }),
        sound: (session, stream) => this.isCurrent(session) && this.house.play(stream),
      });
      if (current()) this.port = port;
      else port.leave(true);
    } catch (err) {
      broke(err instanceof Refused ? 'refused' : 'network');
    }
  }

  private hangUpLine(politely: boolean) {
    this.connection++;
    this.stop('renew');
    this.port?.leave(politely);
    this.port = undefined;
  }

  private renewLater(c: Credentials) {
    const left = Date.parse(c.expires_at) - Date.now();
    this.after('renew', Math.max(soonest, left * renews), () => void this.renew());
  }

  private async renew() {
    const connection = this.connection;
    try {
      const c = await this.house.credentials();
      if (connection !== this.connection) return;
      this.port?.renew(c.password);
      this.renewLater(c);
    } catch {
      // The old one is good for a while; a line that is refused gets a new one.
      if (connection === this.connection) this.after('renew', soonest, () => void this.renew());
    }
  }

  private async answer(session: string) {
    try {
      const opened = this.microphone ?? (await this.house.openMicrophone(this.unplugged));
      if (!this.isCurrent(session)) {
        this.house.closeMicrophone(opened); // the caller was quicker
        return;
      }
      this.microphone = opened;
      this.port?.answer(session, opened);
    } catch (err) {
      this.tell({ type: 'noMicrophone', why: whyNot(err), session });
    }
  }

  private isCurrent(session: string): boolean {
    const { talk } = this.now.phone;
    return talk !== undefined && 'session' in talk && talk.session === session;
  }

  private measureLater(session: string) {
    this.after('measure', measures, () => void this.measure(session));
  }

  private async measure(session: string) {
    const report = await this.port?.stats(session);
    if (!this.isCurrent(session)) return;
    const sample = report && sampleOf(report);
    if (this.sample && sample) this.show({ phone: this.now.phone, quality: quality(this.sample, sample) });
    this.sample = sample;
    this.measureLater(session);
  }

  private after(timer: Timer | 'renew' | 'measure', ms: number, then: () => void) {
    this.stop(timer);
    this.timers.set(
      timer,
      setTimeout(() => {
        this.timers.delete(timer);
        then();
      }, ms),
    );
  }

  private stop(timer: Timer | 'renew' | 'measure') {
    clearTimeout(this.timers.get(timer));
    this.timers.delete(timer);
  }
}

const whyNot = (err: unknown) => (err instanceof MicrophoneTrouble ? err.why : 'busy');
