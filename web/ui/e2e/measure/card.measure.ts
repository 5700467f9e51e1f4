import { afterAll, beforeAll, test } from 'vitest';
import { Api } from '../harness/api';
import { figures } from '../harness/figures';
import { listen } from '../harness/listener';
import { password } from '../harness/office';
import { Phones } from '../harness/phones';
import { Screen } from '../harness/screen';
import { Server } from '../harness/server';
import { pause, until } from '../harness/wait';
import { Wire } from '../harness/wire';

// How long it takes from the caller's INVITE until the card is on the manager's screen:
// 200 managers with phones and live sockets, 20 calls a second among them, and one more
// manager who has the page open in Chromium and a number of his own. Callers, phones,
// server and browser are on one machine and one clock.
const managers = 200;
const rate = 20; // calls a second among the 200
const samples = 60; // calls to the one with the page

const secret = (extension: string) => `desk-phone-${extension}-secret-8Kq`;
const busy = '+998712000001';
const watched = '+998712000002';

let server: Server;
let phones: Phones;
let desk: Awaited<ReturnType<Phones['desk']>>;
const closers: (() => void)[] = [];

beforeAll(async () => {
  server = await Server.start();
  phones = new Phones(server.sip);
  const staff = Array.from({ length: managers }, (_, n) => ({ login: `m${n}`, extension: String(2000 + n) }));
  const user = (login: string, extension: string) =>
    `  - {login: ${login}, name: "Manager ${extension}", password: "${password}", role: agent, office: Tashkent, extension: "${extension}", sip_password: "${secret(extension)}", auto_available: true}`;
  await server.apply(`
offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ}
users:
${[...staff.map((s) => user(s.login, s.extension)), user('anna', '101')].join('\n')}
trunks:
  - {name: carrier, hosts: ["127.0.0.2"], region: UZ}
queues:
  - {name: busy, office: Tashkent, agents: [${staff.map((s) => s.login).join(', ')}], strategy: longest-idle, wrap_up: 0s, record: true}
  - {name: watched, office: Tashkent, agents: [anna], wrap_up: 0s, record: true}
numbers:
  - {number: "${busy}", queue: busy, source: website}
  - {number: "${watched}", queue: watched, source: website}
`);
  await until('the office to be known', () => Api.signIn(server.origin, 'm0', password).catch(() => undefined));
  for (let n = 0; n < staff.length; n += 10) {
    await Promise.all(
      staff.slice(n, n + 10).map(async ({ login, extension }) => {
        await phones.desk(extension, secret(extension));
        const { token } = await Api.signIn(server.origin, login, password);
        closers.push(await listen(server.origin, token));
      }),
    );
  }
  desk = await phones.desk('101', secret('101'));
  // Whoever of the 200 is rung answers, and talks for two seconds.
  phones.each((l) => {
    if (l.event !== 'rings' || l.phone === '101') return;
    void phones.order({ do: 'answer', call: l.call }).catch(() => {}); // the caller may be gone already
    setTimeout(() => void phones.order({ do: 'hangup', call: l.call }).catch(() => {}), 2000);
  });
}, 300_000);

afterAll(async () => {
  for (const close of closers) close();
  await phones?.close();
  await server?.stop();
});

/** painted is when the card of the newest call was on the screen, by the page's own mark. */
async function painted(screen: Screen, from: number): Promise<number> {
  const at = await screen.page.waitForFunction((from) => {
    const mark = performance.getEntriesByName('callcard:card-painted').find((m) => performance.timeOrigin + m.startTime > from);
    return mark && performance.timeOrigin + mark.startTime;
  }, from);
  return (await at.jsonValue()) as number;
}

async function oneCall(screen: Screen, from: string): Promise<number> {
  const client = await phones.dials(from, watched);
  const leg = await desk.rings();
  const at = await painted(screen, client.at);
  await client.hangup();
  await leg.over();
  await screen.page.keyboard.press('Escape');
  await screen.ready();
  return at - client.at;
}

// Figures are told, not asserted: a busy machine would make them lie.
const print = (what: string, ms: number[]) => {
  const f = figures(ms);
  process.stdout.write(`${what}: p50 ${f.p50} ms, p95 ${f.p95} ms, max ${f.max} ms, ${f.n} times\n`);
};

test(`INVITE to the card on the screen, ${managers} live sockets, ${rate} calls a second`, async () => {
  const screen = await Screen.open(server, 'anna');
  await screen.ready();
  await oneCall(screen, '+998901000000'); // the first one loads what the desk needs
  let n = 0;
  const load = setInterval(() => void phones.dials(`+99890${String(2_000_000 + n++)}`, busy).catch(() => {}), 1000 / rate);
  try {
    await pause(5000); // until the load is what it stays
    const took: number[] = [];
    for (let i = 0; i < samples; i++) took.push(await oneCall(screen, `+99891${String(1_000_000 + i)}`));
    print('INVITE to painted card', took);
  } finally {
    clearInterval(load);
  }
}, 300_000);

test('a card on a processor that is six times slower', async () => {
  const screen = await Screen.open(server, 'anna');
  await screen.ready();
  await (await screen.devtools()).send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await screen.page.reload();
  await screen.ready();
  const client = await phones.dials('+998901000001', watched);
  const leg = await desk.rings();
  const note = screen.page.getByTestId('call-pane').getByRole('textbox', { name: /^Note/ });
  await note.fill('a');
  print('INVITE to a card that is typed into, CPU 6x slower', [Date.now() - client.at]);
  await client.hangup();
  await leg.over();
}, 120_000);

test('the card and the list over 256 kbit/s and 300 ms', async () => {
  const wire = await Wire.to(server.http);
  try {
    const screen = await Screen.open(server, 'anna', { origin: wire.origin });
    await screen.ready();
    await screen.page.goto('/contacts'); // once: then the browser has the files
    await screen.page.getByRole('navigation').waitFor();
    wire.slow({ kbit: 256, roundTrip: 300 });
    const began = Date.now();
    await screen.page.goto('/contacts');
    await screen.page.getByText(/\+998 90/).first().waitFor();
    const list = Date.now() - began;
    await screen.page.goto('/');
    await screen.ready();
    const client = await phones.dials('+998901000002', watched);
    const leg = await desk.rings();
    await screen.page.getByTestId('call-pane').waitFor();
    const card = Date.now() - client.at;
    print('the list over 256 kbit/s', [list]);
    print('the card over 256 kbit/s', [card]);
    await client.hangup();
    await leg.over();
  } finally {
    await wire.close();
  }
}, 120_000);
