import { randomInt } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { Api, type Call } from './api';
import { Phones, type Desk } from './phones';
import { Server } from './server';
import { until } from './wait';

export const password = 'tulip orchard 7';

/** The people of the test office, by login. */
const people = {
  admin: { name: 'Alisher Usmonov', role: 'admin', office: 'Tashkent' },
  boss: { name: 'Timur Rashidov', role: 'supervisor', office: 'Tashkent' },
  anna: { name: 'Anna Karimova', role: 'agent', office: 'Tashkent', extension: '101' },
  bek: { name: 'Bek Toshmatov', role: 'agent', office: 'Tashkent', extension: '102' },
  dilnoza: { name: 'Дилноза Юсупова', role: 'agent', office: 'Tashkent', extension: '103' },
  farid: { name: 'Farid Umarov', role: 'agent', office: 'Samarkand', extension: '201' },
} as const;

export type Login = keyof typeof people;
export type Agent = 'anna' | 'bek' | 'dilnoza' | 'farid';

/** Numbers that clients dial. */
export const sales = '+998712000001';
export const support = '+998712000002';

const secret = (extension: string) => `desk-phone-${extension}-secret-8Kq`;

function users(): string {
  return Object.entries(people)
    .map(([login, p]) => {
      const phone = 'extension' in p ? `, extension: "${p.extension}", sip_password: "${secret(p.extension)}", auto_available: true` : '';
      return `  - {login: ${login}, name: "${p.name}", password: "${password}", role: ${p.role}, office: ${p.office}${phone}}`;
    })
    .join('\n');
}

/** Rules are what a story wants different in its queues. */
interface Rules {
  agents?: Agent[];
  ring?: string;
  wrapUp?: string;
  /** The wrap-up lasts until the outcome is said. */
  untilOutcome?: boolean;
}

const file = ({ agents = ['anna'], ring = '20s', wrapUp = '0s', untilOutcome = false }: Rules) => `
offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ}
  - {name: Samarkand, timezone: Asia/Samarkand, region: UZ}
users:
${users()}
trunks:
  - {name: carrier, hosts: ["127.0.0.2"], region: UZ}
queues:
  - {name: sales, office: Tashkent, agents: [${agents.join(', ')}], strategy: least-busy, previous_manager: {mode: last-spoken, wait: 20s}, ring: ${ring}, wrap_up: ${wrapUp}, ${untilOutcome ? 'wrap_up_until: outcome, ' : ''}record: true}
  - {name: support, office: Tashkent, agents: [${agents.join(', ')}], strategy: longest-idle, ring: ${ring}, wrap_up: ${wrapUp}, record: true}
numbers:
  - {number: "${sales}", queue: sales, source: website}
  - {number: "${support}", queue: support, source: "Google Ads"}
`;

/** Office is a running server with people, queues, numbers and telephones. */
export class Office {
  private readonly apis = new Map<Login, Promise<Api>>();
  private readonly desks = new Map<Agent, Desk>();
  private clients = 0;

  private constructor(readonly server: Server, readonly phones: Phones) {}

  /** open starts a server and applies the office; the agents' phones are not plugged in yet. */
  static async open(rules: Rules = {}): Promise<Office> {
    const server = await Server.start();
    const office = new Office(server, new Phones(server.sip));
    try {
      await server.apply(file(rules));
      // A running server follows within moments.
      await until('the office to be known', () => office.as('boss').catch(() => office.forget('boss')));
      await until('the numbers to be known', async () => (await (await office.as('boss')).items('/office/numbers')).length >= 2);
      await office.warmUp();
    } catch (err) {
      await office.close();
      throw err;
    }
    return office;
  }

  /**
   * warmUp lets somebody call whom no story is about. The first call of all waits for what
   * the database has not read yet; a caller is let wait for 150 ms at most.
   */
  private async warmUp() {
    const client = await this.calls('+998712009999', support);
    await client.hangup();
    const boss = await this.as('boss');
    await until('the first call to be in the history', async () => (await boss.items<Call>('/calls'))[0]?.ended_at);
  }

  /** own opens an office for the running test alone: what a try has left unfinished is not there in the next one. */
  static async own(rules: Rules = {}): Promise<Office> {
    const office = await Office.open(rules);
    onTestFinished(() => office.close());
    return office;
  }

  get origin() {
    return this.server.origin;
  }

  /** as is somebody who works without a page. */
  as(login: Login): Promise<Api> {
    let api = this.apis.get(login);
    if (!api) this.apis.set(login, (api = Api.signIn(this.origin, login, password)));
    return api;
  }

  private forget(login: Login) {
    this.apis.delete(login);
    return undefined;
  }

  /** desk is an agent's desk phone; by plugging it in he becomes available. */
  async desk(login: Agent): Promise<Desk> {
    const known = this.desks.get(login);
    if (known) return known;
    const { extension } = people[login];
    const desk = await this.phones.desk(extension, secret(extension));
    this.desks.set(login, desk);
    await this.agentIs(login, 'available');
    return desk;
  }

  /** agentIs waits for an agent's state. */
  async agentIs(login: Agent, state: string) {
    const api = await this.as('admin');
    await until(`${login} to be ${state}`, async () => {
      const agents = await api.items<{ login: string; state?: { state: string } }>('/agents');
      return agents.find((a) => a.login === login)?.state?.state === state;
    });
  }

  /** outside opens the numbers of the country to the office, over a trunk of their own. */
  async outside(): Promise<Desk> {
    const at = `127.${randomInt(100, 200)}.${randomInt(256)}.${randomInt(1, 255)}`; // port 5060 of an address is one story's
    const carrier = await this.phones.carrier(at);
    await this.server.apply(`
offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ, dialling: {allow: [national], trunks: [out], caller_id: "${sales}"}}
trunks:
  - {name: out, hosts: ["${at}"], region: UZ}
`);
    const boss = await this.as('boss');
    await until('it to be known whom one may call', async () =>
      (await boss.items<{ dialling?: { caller_id?: string } }>('/office/offices')).some((o) => o.dialling?.caller_id === sales),
    );
    return carrier;
  }

  /** newNumber is a client's number that nobody knows yet. */
  newNumber(): string {
    return `+99890${String(1_234_000 + ++this.clients)}`;
  }

  /** calls lets a number call the sales queue; "" hides the number. */
  calls(from: string, to = sales) {
    return this.phones.dials(from, to);
  }

  /** talked lets a client call and talk for so long, and waits until the recording can be heard. */
  async talked(from: string, agent: Agent, seconds = 1) {
    const desk = await this.desk(agent);
    const client = await this.calls(from);
    const leg = await desk.picksUp();
    await client.up();
    await leg.hears(1000);
    await client.says(1000, seconds);
    await client.hangup();
    await leg.over();
    return (await this.as('admin')).recorded(leg.id);
  }

  async close() {
    await this.phones.close();
    await this.server.stop();
  }
}
