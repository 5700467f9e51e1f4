import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../harness/api';
import { Office, type Login } from '../harness/office';
import { Screen, type Language } from '../harness/screen';
import { clipped, untranslated } from '../harness/text';

let office: Office;
let call: Call;
beforeAll(async () => {
  office = await Office.open({ agents: ['anna', 'bek'] });
  const boss = await office.as('boss');
  const names = ['Rustam Aliev', 'Мадина Юлдашева', 'Oʻktam Gʻulomov', 'Константин Константинопольский', 'Lola Nazarova'];
  const numbers = names.map(() => office.newNumber());
  for (const [n, name] of names.entries()) await boss.post('/contacts', { name, phones: [numbers[n]] });
  call = await office.talked(numbers[3]!, 'anna', 2);
  await office.talked(numbers[0]!, 'anna', 1);
  const client = await office.calls(numbers[1]!); // and one who is missed
  const leg = await (await office.desk('anna')).rings();
  await client.hangup();
  await leg.over();
  await office.agentIs('anna', 'available');
}, 120_000);
afterAll(() => office?.close());

const screens: [name: string, who: Login, path: () => string][] = [
  ['desk', 'anna', () => '/'],
  ['today', 'boss', () => '/'],
  ['contacts', 'anna', () => '/contacts'],
  ['contact', 'anna', () => `/contacts/${call.contact_id}`],
  ['calls', 'boss', () => '/calls'],
  ['call', 'admin', () => `/calls/${call.id}`],
  ['floor', 'boss', () => '/floor'],
  ['me', 'anna', () => '/me'],
  ['help', 'anna', () => '/help'],
  ...['people', 'queues', 'numbers', 'trunks', 'sounds', 'offices', 'sessions', 'audit'].map(
    (section): [string, Login, () => string] => [`settings-${section}`, 'admin', () => `/settings/${section}`],
  ),
];

/** shown waits until a screen has what it is going to show. */
async function shown({ page }: Screen) {
  await page.getByRole('navigation').waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .mantine-Skeleton-root') === null);
}

// Every screen in every width and scheme, where things are drawn; axe needs the widest
// and the narrowest, and both schemes, for it judges colours and what is there.
describe.each(screens)('%s', (name, who, path) => {
  test('looks right, small and large, light and dark, and hinders nobody', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [390, 1024, 1440] as const) {
        const screen = await Screen.open(office, who, { path: path(), scheme, width });
        await shown(screen);
        await screen.shot(name);
        expect.soft(await clipped(screen.page), `clipped at ${width}`).toEqual([]);
        if (width !== 1024) expect.soft(await screen.axe(), `axe at ${width}, ${scheme}`).toEqual([]);
      }
    }
  });

  test('speaks every language, and its words fit', async () => {
    for (const language of ['ru', 'uz-Latn', 'uz-Cyrl'] as Language[]) {
      for (const width of language === 'ru' ? ([390, 1440] as const) : ([390] as const)) {
        const screen = await Screen.open(office, who, { path: path(), language, width });
        await shown(screen);
        await screen.shot(name);
        expect.soft(await untranslated(screen.page), `${language}: keys instead of words`).toEqual([]);
        expect.soft(await clipped(screen.page), `${language}: clipped at ${width}`).toEqual([]);
      }
    }
  });
});
