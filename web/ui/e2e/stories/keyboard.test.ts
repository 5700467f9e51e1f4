import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import { Screen } from '../harness/screen';
import { until } from '../harness/wait';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ wrapUp: '5m' });
});
afterAll(() => office?.close());

test('a whole call without a mouse: the card, hold, a note, the next step, free again', async () => {
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna', { path: '/calls' });
  const { page } = screen;
  const { keyboard } = page;
  await page.getByRole('region', { name: 'My phone' }).waitFor();
  const client = await office.calls(office.newNumber());
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
  await client.hangup();
  await leg.over();
  await dock.getByText('Wrap-up', { exact: true }).first().waitFor();
  await keyboard.press('f');
  await office.agentIs('anna', 'available');
  await keyboard.press('Escape');
  await page.waitForURL('**/calls'); // back where he was when it rang

  await keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await keyboard.type('contacts');
  await keyboard.press('Enter');
  await page.waitForURL('**/contacts**');
  expect(await page.getByRole('dialog').count()).toBe(0);
});
