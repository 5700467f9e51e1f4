/**
 * Status of a note that is being typed:
 * empty - nothing is written; typing - not sent yet; saving - on its way; saved - the
 * server has it; kept - the server could not be reached, the text is safe on this
 * computer and is sent later; refused - the server does not want it, see `error`.
 */
export type DraftStatus = 'empty' | 'typing' | 'saving' | 'saved' | 'kept' | 'refused';

/** What is kept on this computer, so that a reload, a crash or an outage loses nothing. */
export interface Kept {
  id: string;
  text: string;
  /** The text that the server has; missing: none. */
  sent?: string;
  /** When it was kept, in ms since 1970. */
  at?: number;
}

/** What a draft needs from the world. */
export interface World {
  load(): Kept | undefined;
  keep(k: Kept | undefined): void;
  /** Saves the note under its id, anew each time. */
  send(id: string, text: string): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  newId(): string;
  /** The error will go away by itself: no network, no session, a busy server. */
  passing(err: unknown): boolean;
}

const pause = 800; // after the last key
const longest = 3_000; // however long one types
const again = 3_000; // after a failure

/** Draft saves a note while it is typed. */
export class Draft {
  text: string;
  status: DraftStatus;
  error: unknown;
  private id: string;
  private sent: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since: number | undefined; // the oldest key that is not sent
  private sending: Promise<void> | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly world: World) {
    const kept = world.load();
    this.id = kept?.id ?? world.newId();
    this.text = kept?.text ?? '';
    this.sent = kept?.sent;
    this.status = this.settled();
    if (this.status === 'typing') void this.flush();
  }

  /** The note's id, also before anything is sent. */
  get noteId(): string {
    return this.id;
  }

  watch = (f: () => void) => {
    this.watchers.add(f);
    return () => void this.watchers.delete(f);
  };

  type(text: string) {
    this.text = text;
    this.keep();
    this.set(this.settled());
    if (this.status !== 'typing') return;
    this.since ??= Date.now();
    this.later(Math.max(0, Math.min(pause, this.since + longest - Date.now())));
  }

  /** Another tab of the same person has typed: both show the same. */
  follow(kept: Kept | undefined) {
    if (!kept) {
      this.begin();
      return;
    }
    this.id = kept.id;
    this.text = kept.text;
    this.sent = kept.sent;
    clearTimeout(this.timer);
    this.set(this.settled());
  }

  /** Sends what is not sent yet; returns when that is done or has failed. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    if (this.settled() !== 'typing') return;
    this.sending = this.send().finally(() => (this.sending = undefined));
    await this.sending;
  }

  /** Done with this note: it is saved, and the next one begins. Not done while it can't be saved. */
  async finish(): Promise<boolean> {
    await this.flush();
    if (this.settled() === 'typing') return false;
    this.world.keep(undefined);
    this.begin();
    return true;
  }

  /** done: everything is where it belongs, nothing goes on by itself. */
  get done(): boolean {
    return this.sending === undefined && this.settled() !== 'typing';
  }

  close() {
    clearTimeout(this.timer);
    if (this.settled() === 'typing') void this.flush();
  }

  private begin() {
    clearTimeout(this.timer);
    this.id = this.world.newId();
    this.text = '';
    this.sent = undefined;
    this.set('empty');
  }

  private async send() {
    const { id, text } = this;
    this.since = undefined;
    this.set('saving');
    try {
      if (text.trim()) await this.world.send(id, text);
      else await this.world.remove(id);
      if (this.id === id) this.sent = text.trim() ? text : undefined;
      this.error = undefined;
    } catch (err) {
      this.error = err;
      this.set(this.world.passing(err) ? 'kept' : 'refused');
      if (this.status === 'kept') this.later(again);
      return;
    }
    if (this.id !== id) return;
    this.keep();
    this.set(this.settled());
    if (this.status === 'typing') this.later(pause); // typed on meanwhile
  }

  private later(ms: number) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private keep() {
    const nothing = !this.text && this.sent === undefined;
    this.world.keep(nothing ? undefined : { id: this.id, text: this.text, sent: this.sent, at: Date.now() });
  }

  private settled(): DraftStatus {
    if (this.text.trim() === (this.sent ?? '').trim()) return this.text.trim() ? 'saved' : 'empty';
    return 'typing';
  }

  private set(status: DraftStatus) {
    this.status = status;
    for (const f of this.watchers) f();
  }
}
