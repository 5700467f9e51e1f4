const soon = 250; // ms after which a telephone that was not given is somebody else's
const grace = 5_000; // ms that a tab which reloads has to come back
const yieldPatience = 500; // ms for the other tab's answer

interface Ears {
  owned(): void;
  elsewhere(): void;
  /** What another tab says that is not about whose the telephone is. */
  heard(message: unknown): void;
}

type Message = { say: 'yield' | 'yielded' | 'back' } | { say: 'more'; message: unknown };

/**
 * Ownership lets one tab of a browser have the telephone. The tab keeps it while it
 * lives, and through its own reload; another can take it over. When its owner is gone,
 * one of the others gets it.
 */
export class Ownership {
  private readonly channel: BroadcastChannel;
  private state: 'none' | 'waiting' | 'grace' | 'owned' = 'none';
  private request: AbortController | undefined;
  private release: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private yielded: (() => void) | undefined;

  constructor(
    private readonly name: string,
    private readonly ears: Ears,
    private readonly locks: Pick<LockManager, 'request'> = navigator.locks,
  ) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.hear(data as Message);
  }

  /** want asks for the telephone, and waits for it if another tab has it. */
  want() {
    if (this.state !== 'none') return;
    this.state = 'waiting';
    let waited = false;
    this.ask({}, () => (waited ? this.inherit() : this.own()));
    this.back();
    this.timer = setTimeout(() => {
      waited = true;
      if (this.state !== 'waiting') return;
      this.ears.elsewhere();
      this.back();
    }, soon);
  }

  /** take takes the telephone from the tab that has it. */
  async take() {
    if (this.state === 'grace') {
      this.own();
      return;
    }
    if (this.state === 'owned') return;
    const answered = new Promise<void>((done) => (this.yielded = done));
    this.say('yield');
    await Promise.race([answered, new Promise((done) => setTimeout(done, yieldPatience))]);
    this.drop();
    this.state = 'waiting';
    this.ask({ steal: true }, () => this.own());
  }

  /** giveUp leaves the telephone to others. */
  giveUp() {
    this.forget();
    this.drop();
  }

  /** tell says something to all other tabs. */
  tell(message: unknown) {
    this.post({ say: 'more', message });
  }

  close() {
    this.drop();
    this.channel.close();
  }

  private ask(options: { steal?: boolean }, got: () => void) {
    const request = new AbortController();
    this.request = request;
    // What is stolen cannot be waited for as well (Web Locks, section 3.2).
    const how = options.steal ? { steal: true } : { signal: request.signal };
    this.locks
      .request(this.name, how, () => {
        if (this.request !== request) return undefined;
        got();
        return new Promise<void>((release) => (this.release = release));
      })
      .catch(() => {
        if (this.request === request) this.lost(); // stolen
      });
  }

  private own() {
    clearTimeout(this.timer);
    this.state = 'owned';
    sessionStorage.setItem(this.name, 'mine');
    this.ears.owned();
  }

  /** inherit: the owner is gone; perhaps it only reloads. */
  private inherit() {
    this.state = 'grace';
    this.timer = setTimeout(() => this.own(), grace);
  }

  private lost() {
    this.forget();
    this.drop();
    this.ears.elsewhere();
    this.want();
  }

  private hear(m: Message) {
    switch (m.say) {
      case 'yield':
        if (this.state !== 'owned') return;
        this.lost();
        this.say('yielded');
        return;
      case 'yielded':
        this.yielded?.();
        return;
      case 'back':
        if (this.state !== 'grace') return;
        this.drop();
        this.want();
        return;
      case 'more':
        this.ears.heard(m.message);
    }
  }

  /** back tells the others that this tab had the telephone before it was loaded anew. */
  private back() {
    if (sessionStorage.getItem(this.name)) this.say('back');
  }

  private forget() {
    sessionStorage.removeItem(this.name);
  }

  private drop() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = undefined;
    this.release?.();
    this.release = undefined;
    this.state = 'none';
  }

  private say(what: 'yield' | 'yielded' | 'back') {
    this.post({ say: what });
  }

  private post(m: Message) {
    this.channel.postMessage(m);
  }
}
