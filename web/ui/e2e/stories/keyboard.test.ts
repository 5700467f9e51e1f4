import { expect, test } from 'vitest';
import { Office, password } from '../harness/office';
import { tone } from '../harness/phones';
import { Screen } from '../harness/screen';
import { until } from '../harness/wait';

test('a whole day without a mouse: signing in, a call with hold, a note and a promise, free again, and finding him', async () => {
  const office = await Office.own({ wrapUp: '5m' });
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, undefined, { path: '/calls' });
  const { page, watch } = screen;
  const { keyboard } = page;
  watch.allow(/401/); // nobody is signed in at first
  await page.getByLabel('Login').waitFor();
  await keyboard.type('anna');
  await keyboard.press('Tab');
  await keyboard.type(password);
  await keyboard.press('Enter');
  await page.waitForURL('**/calls');
  await screen.ready();
  const from = office.newNumber();
  const client = await office.calls(from);
  const leg = await desk.rings();
  await page.getByTestId('call-pane').waitFor();
  await leg.answer();
  await client.up();
  const dock = page.getByRole('region', { name: 'My phone' });
  await dock.getByText('Talking', { exact: true }).first().waitFor();

  await keyboard.press('h');
  await dock.getByText('On hold', { exact: true }).first().waitFor();
  await keyboard.press('h');
  await dock.getByText('Talking', { exact: true }).first().waitFor();
  await leg.hears(tone.client);

  await keyboard.press('n');
  await until('the note to have the focus', () => page.evaluate(() => document.activeElement?.matches('textarea')));
  await keyboard.type('Call on Monday');
  await keyboard.press('Escape');
  await dock.getByRole('button', { name: 'Hang up' }).press('Enter');
  await client.over();
  await dock.getByText('Wrap-up', { exact: true }).first().waitFor();

  await keyboard.press('t'); // the next step …
  await keyboard.press('2'); // … is tomorrow
  await dock.getByText(/^Call back tomorrow/).waitFor();
  const anna = await office.as('anna');
  const [task] = await anna.items<{ phone: string; title: string }>('/tasks');
  expect(task?.phone).toBe(from);
  await keyboard.press('f');
  await office.agentIs('anna', 'available');
  await keyboard.press('Escape');
  await page.waitForURL('**/calls'); // back where he was when it rang

  await keyboard.press('Control+k');
  const search = page.getByRole('dialog');
  await search.getByRole('combobox').waitFor();
  await keyboard.type(from.slice(-7));
  const card = await anna.card(from);
  await search.getByRole('option', { selected: true }).filter({ hasText: /\+998 90/ }).waitFor();
  await keyboard.press('Enter');
  await page.waitForURL(`**/contacts/${card.id}`);
  await page.getByText('Call on Monday').first().waitFor(); // the note is on the card
  await search.waitFor({ state: 'hidden' });

  await keyboard.press('Control+k');
  await search.getByRole('combobox').waitFor();
  await keyboard.type('calls');
  await search.getByRole('option', { selected: true }).getByText('Calls').waitFor();
  await keyboard.press('Enter');
  await page.waitForURL('**/calls');
  await search.waitFor({ state: 'hidden' });
  await keyboard.press('/'); // into the list's own search, and from there into the list
  await keyboard.type(from.slice(-4));
  await page.waitForURL('**/calls?**');
  await page.getByRole('row').nth(1).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await page.waitForURL(`**/calls/${leg.id}`);
});
