import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Contact } from '../harness/api';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import type { Language } from '../harness/screen';
import { Telephone } from '../harness/telephone';
import { clipped, untranslated } from '../harness/text';

let office: Office;
let from: string;
beforeAll(async () => {
  office = await Office.open({ ring: '60s', wrapUp: '5m' });
  from = office.newNumber();
  const boss = await office.as('boss');
  const { id } = await boss.post<Contact>('/contacts', { name: 'Rustam Aliev', phones: [from] });
  await boss.post(`/contacts/${id}/notes`, { body: 'Wants 200 boxes by Friday and asks for a discount' });
  await boss.post('/tasks', { title: 'Send the new price list', contact_id: id, assignee: 'anna', due_at: new Date(Date.now() + 26 * 3_600_000).toISOString() });
});
afterAll(() => office?.close());

// As with the other screens: the rules of axe in one language, words that fit in all.
const languages: { language: Language; axe: boolean }[] = [
  { language: 'ru', axe: true },
  { language: 'en', axe: false },
  { language: 'uz-Latn', axe: false },
  { language: 'uz-Cyrl', axe: false },
];
const views = [
  { width: 390, scheme: 'dark' },
  { width: 1440, scheme: 'light' },
] as const;

test.each(languages)('a call in the page fits every width, is in words and hinders nobody: $language', async ({ language, axe }) => {
  const anna = await Telephone.begin(office, 'anna', { language });
  const { page, screen } = anna;
  await office.agentIs('anna', 'available');

  const look = async (at: string) => {
    for (const view of views) {
      await screen.turn(view);
      if (view.width === 390) await anna.open();
      await screen.settled();
      await screen.shot(`phone-${at}`);
      const where = `${at}, ${view.width} px`;
      expect.soft(await clipped(page), `${where}: clipped`).toEqual([]);
      if (axe) expect.soft(await screen.axe(), `${where}: axe`).toEqual([]);
    }
    expect.soft(await untranslated(page), `${at}: keys instead of words`).toEqual([]);
  };

  await look('idle');
  const client = await office.calls(from);
  await anna.rings();
  await look('ringing');
  await page.keyboard.press('Enter');
  await client.up();
  await Promise.all([anna.talks(), anna.hears(tone.client)]);
  if (language === 'en') await anna.dock.getByText(/Good sound|Bad: /).waitFor(); // what one hears is judged every 5 s, on a busy machine not always well
  await look('talking');
  await client.hangup();
  await anna.wrapsUp();
  await look('wrapup');
  await page.keyboard.press('f');
});
