/** What is remembered of the telephone in this browser. Devices by their ids; "" is the computer's own choice. */
export interface Preferences {
  /** The user wants to talk in this browser. */
  wanted: boolean;
  microphone: string;
  speaker: string;
  /** Where it rings. */
  ringer: string;
  /** The browser takes out echo and noise. */
  clean: boolean;
}

const key = 'callcard.phone';
const usual: Preferences = { wanted: false, microphone: '', speaker: '', ringer: '', clean: true };

/** PreferenceStore keeps them, for all tabs of the browser. */
export class PreferenceStore {
  private now = read();
  private readonly watchers = new Set<() => void>();

  constructor() {
    window.addEventListener('storage', (e) => {
      if (e.key === key) this.take(read());
    });
  }

  get value(): Preferences {
    return this.now;
  }

  set(change: Partial<Preferences>) {
    const after = { ...this.now, ...change };
    localStorage.setItem(key, JSON.stringify(after));
    this.take(after);
  }

  readonly watch = (f: () => void) => {
    this.watchers.add(f);
    return () => void this.watchers.delete(f);
  };

  private take(after: Preferences) {
    this.now = after;
    for (const f of this.watchers) f();
  }
}

function read(): Preferences {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>) };
  } catch {
    return usual;
  }
}

/** The preferences of this browser. */
export const preferences = new PreferenceStore();
