import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { tone, type Desk } from '../harness/phones';
import { Telephone } from '../harness/telephone';

let office: Office;
let carrier: Desk;
beforeAll(async () => {
  office = await Office.open();
  carrier = await office.outside();
});
afterAll(() => office?.close());

test('a number is called by the keyboard alone; both hear each other; the call stands on the card and is recorded', async () => {
  const anna = await Telephone.ready(office, 'anna');
  const { page, dock, screen } = anna;
  const { keyboard } = page;
  await office.agentIs('anna', 'available');
  await keyboard.press('d');
  await dock.getByRole('textbox', { name: 'Number or extension' }).waitFor();
  await keyboard.type('90 777 00 01');
  await keyboard.press('Enter');
  await anna.dials();
  const far = await carrier.rings();
  await screen.shot('dialling');
  await far.answer(tone.client);
  await Promise.all([anna.talks(), far.hears(tone.manager), anna.hears(tone.client)]);
  const { id } = (await (await office.as('anna')).items<{ id: string }>('/calls'))[0]!;
  await far.says(tone.client, 1);
  await dock.getByRole('button', { name: 'Hang up' }).press('Enter');
  await far.over();
  await anna.ready();
  const boss = await office.as('boss');
  await boss.recorded(id);
  const card = await boss.card('+998907770001');
  expect((await boss.call(id, 'whose card it is', (c) => Boolean(c.contact_id))).contact_id).toBe(card.id);
  const [client, manager] = await screen.tones(id, [tone.client, tone.manager]);
  expect(client![0]).toBeGreaterThan(0.5); // the lane is silent until he answers
  expect(client![1]).toBeLessThan(0.05);
  expect(manager![1]).toBeGreaterThan(0.8);
  expect(manager![0]).toBeLessThan(0.05);
});

test('a number on a card is called by a click; he does not answer; a closed number says so', async () => {
  const anna = await Telephone.ready(office, 'anna', { path: '/contacts' });
  const { page, dock, screen } = anna;
  await office.agentIs('anna', 'available');
  const boss = await office.as('boss');
  const card = await boss.post<{ id: string }>('/contacts', { name: 'Zarina Aliyeva', phones: ['+998907770002'] });
  await screen.goTo(`/contacts/${card.id}`);
  await page.getByRole('link', { name: '+998 90 777 00 02' }).first().click();
  const far = await carrier.rings();
  await dock.getByText('Zarina Aliyeva').first().waitFor();
  await far.reject();
  await anna.ready();

  screen.watch.allow(/403/);
  await dock.getByRole('textbox', { name: 'Number or extension' }).fill('+44 20 7946 0018');
  await dock.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'Not placed: such numbers are not opened' }).first().waitFor();
  expect(await dock.getByRole('textbox', { name: 'Number or extension' }).inputValue()).toBe('+44 20 7946 0018');
  await screen.shot('dialling-denied');
});

test('a telephone link of another page puts the number into the field; nobody is called by that alone', async () => {
  const anna = await Telephone.ready(office, 'anna', { path: '/dial?to=tel%3A%2B998907770003' });
  const field = anna.dock.getByRole('textbox', { name: 'Number or extension' });
  await field.waitFor();
  expect(await field.inputValue()).toBe('+998907770003');
  await office.agentIs('anna', 'available');
});
