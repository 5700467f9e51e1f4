import { until } from './wait';

/** Call, as far as the stories look at it. */
export interface Call {
  id: string;
  state: string;
  from: string;
  contact_id?: string;
  agent?: string;
  ended_at?: string;
  talk_ms: number;
  route: { agent: string; reason: string; result: string }[];
  recording?: { ready: boolean; duration_ms: number; url: string };
}

export interface Contact {
  id: string;
  name: string;
  phones: string[];
  version: number;
}

interface Page<T> {
  items: T[];
}

/** Refused is an answer of the API that is not what was hoped for. */
export class Refused extends Error {
  constructor(readonly status: number, what: string, text: string) {
    super(`${what}: ${status} ${text.slice(0, 300)}`);
  }
}

/** Api is somebody who is signed in and works without a page: it prepares and checks. */
export class Api {
  private constructor(readonly origin: string, readonly token: string) {}

  static async signIn(origin: string, login: string, password: string): Promise<Api> {
    const nobody = new Api(origin, '');
    const { token } = await nobody.post<{ token: string }>('/session', { login, password });
    return new Api(origin, token);
  }

  get = <T>(path: string) => this.send<T>('GET', path);
  post = <T>(path: string, body?: unknown) => this.send<T>('POST', path, body);
  put = <T>(path: string, body?: unknown) => this.send<T>('PUT', path, body);
  patch = <T>(path: string, body?: unknown) => this.send<T>('PATCH', path, body);
  delete = <T>(path: string) => this.send<T>('DELETE', path);

  /** status is what a GET is answered with, whatever it is. */
  async status(path: string): Promise<number> {
    const r = await fetch(`${this.origin}/api/v1${path}`, { headers: this.headers() });
    await r.arrayBuffer();
    return r.status;
  }

  async items<T>(path: string): Promise<T[]> {
    return (await this.get<Page<T>>(path)).items;
  }

  /** call waits until the history tells of a call what is looked for. */
  call(id: string, what: string, is: (c: Call) => boolean): Promise<Call> {
    return until(`the history of the call to say ${what}`, async () => {
      const c = await this.get<Call>(`/calls/${id}`).catch((err: unknown) => {
        if (err instanceof Refused && err.status === 404) return undefined; // not written yet
        throw err;
      });
      return c && is(c) ? c : undefined;
    });
  }

  /** recorded waits until a call is over and can be listened to. */
  recorded(id: string): Promise<Call> {
    return this.call(id, 'that it is recorded', (c) => Boolean(c.ended_at && c.recording?.ready));
  }

  /** card is the only contact with a number. */
  card(phone: string): Promise<Contact> {
    return until(`a card of ${phone}`, async () => (await this.items<Contact>(`/contacts?phone=${encodeURIComponent(phone)}`))[0]);
  }

  private headers(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const r = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: { ...this.headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await r.text();
    if (!r.ok) throw new Refused(r.status, `${method} ${path}`, text);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
