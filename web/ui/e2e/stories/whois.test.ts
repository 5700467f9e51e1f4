import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Contact } from '../harness/api';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

test('of several clients with one number one is chosen by a key, and comes first from then on', async () => {
  const from = office.newNumber();
  const boss = await office.as('boss');
  await boss.post('/contacts', { name: 'Rustam Aliev', phones: [from] });
  const wife = await boss.post<Contact>('/contacts', { name: 'Lola Alieva', phones: [from], force: true });
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna');
  const { page } = screen;
  await screen.ready();

  const client = await office.calls(from);
  const leg = await desk.rings();
  const pane = page.getByTestId('call-pane');
  await pane.getByText('2 clients have this number').waitFor();
  await pane.getByText('Put him first').click();
  const choices = await pane.getByRole('button', { name: /Alie/ }).allInnerTexts();
  await page.locator('body').press(String(1 + choices.findIndex((c) => c.includes('Lola'))));
  await pane.getByRole('heading', { level: 1, name: 'Lola Alieva' }).waitFor();
  await client.hangup();
  await leg.over();
  await boss.call(leg.id, 'that it was the wife', (c) => c.contact_id === wife.id);
  await office.agentIs('anna', 'available');

  const again = await office.calls(from);
  await desk.rings();
  await pane.getByText('2 clients have this number').waitFor();
  expect((await pane.getByRole('button', { name: /Alie/ }).allInnerTexts())[0]).toContain('Lola');
  await again.hangup();
  await office.agentIs('anna', 'available');
});

test('a caller who hides his number is put on a card that is found, or on a new one', async () => {
  const boss = await office.as('boss');
  const known = await boss.post<Contact>('/contacts', { name: 'Nodira Saidova', phones: [office.newNumber()] });
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna');
  const { page } = screen;
  await screen.ready();
  const pane = page.getByTestId('call-pane');
  const field = pane.getByRole('textbox', { name: 'Name or number' });

  const client = await office.calls('');
  const leg = await desk.picksUp();
  await field.fill('Nodira');
  await pane.getByRole('button', { name: /Nodira Saidova/ }).click();
  await pane.getByRole('heading', { level: 1, name: 'Nodira Saidova' }).waitFor();
  await client.hangup();
  await leg.over();
  await boss.call(leg.id, 'whose it was', (c) => c.contact_id === known.id);
  await office.agentIs('anna', 'available');

  const other = await office.calls('');
  const second = await desk.picksUp();
  await field.fill('Somebody Unheard');
  await pane.getByRole('button', { name: 'New card' }).click();
  await pane.getByRole('heading', { level: 1, name: 'Somebody Unheard' }).waitFor();
  await other.hangup();
  await second.over();
  const call = await boss.call(second.id, 'that it has a card', (c) => Boolean(c.contact_id));
  expect((await boss.get<Contact>(`/contacts/${call.contact_id}`)).name).toBe('Somebody Unheard');
});
