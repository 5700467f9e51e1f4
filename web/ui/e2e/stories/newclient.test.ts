import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import { Screen } from '../harness/screen';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ wrapUp: '5m' });
});
afterAll(() => office?.close());

const pickUp = 3000; // ms that a person needs to reach for the phone; the exact figure is measured in measure/

test('a new client calls: his card is open, he is talked with, named, found in the history and heard', async () => {
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna');
  const { page } = screen;
  await screen.ready();
  const from = office.newNumber();

  const painted = await screen.paints('[data-testid=call-pane]');
  const client = await office.calls(from);
  const leg = await desk.rings();
  const at = await painted();
  expect(at).toBeGreaterThan(client.at);
  expect(at - leg.at, 'the card is there before anybody could pick up').toBeLessThan(pickUp);
  const dock = page.getByRole('region', { name: 'My phone' });
  await dock.getByText('Ringing', { exact: true }).first().waitFor();
  await page.getByTestId('call-pane').getByText('website').waitFor(); // the number's source
  await screen.shot('desk-ringing');
  expect(await screen.axe()).toEqual([]);

  await leg.answer();
  await client.up();
  await leg.hears(tone.client);
  await client.hears(tone.manager);
  await dock.getByText('Talking', { exact: true }).first().waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Rustam Aliev');
  await page.keyboard.press('Enter');
  await page.getByTestId('call-pane').getByRole('heading', { level: 1, name: 'Rustam Aliev' }).waitFor();
  await screen.shot('desk-talking');
  expect(await screen.axe()).toEqual([]);

  await client.says(tone.client, 2);
  await client.hangup();
  expect(await leg.over()).toBe('remote hangup');
  await dock.getByText('Wrap-up', { exact: true }).first().waitFor();
  await screen.shot('desk-wrapup');
  expect(await screen.axe()).toEqual([]);
  const call = await (await office.as('anna')).recorded(leg.id);
  expect(call.route.map((r) => [r.agent, r.result])).toEqual([['anna', 'answered']]);

  await page.goto('/calls');
  await page.getByText('Rustam Aliev').first().waitFor();
  await page.goto(`/calls/${leg.id}`);
  const player = page.getByRole('group', { name: 'Recording of the talk' });
  await player.getByRole('button', { name: 'Play' }).click();
  expect(await screen.plays()).toBeGreaterThan(0.2);
  expect(await screen.drawn('[aria-label="Recording of the talk"] canvas, [aria-label="Recording of the talk"] svg'), 'peaks are drawn').toBe(true);
  await screen.shot('call');
});
