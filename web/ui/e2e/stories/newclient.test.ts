import { expect, test } from 'vitest';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import { Screen } from '../harness/screen';

// What a person needs at least to reach for a ringing phone, in milliseconds. The server
// sends the card before it rings the phone; how long the eye waits is measured in measure/.
const pickUp = 3000;

test('a new client calls: his card is open, he is talked with, named, and heard again from his card', async () => {
  const office = await Office.own({ wrapUp: '5m' });
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
  const pane = page.getByTestId('call-pane');
  await dock.getByText('Ringing', { exact: true }).first().waitFor();
  await pane.getByText('website').waitFor(); // the number's source
  await screen.shot('desk-ringing');
  expect(await screen.axe()).toEqual([]);

  await leg.answer();
  await client.up();
  await leg.hears(tone.client);
  await client.hears(tone.manager);
  await dock.getByText('Talking', { exact: true }).first().waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Rustam Aliev');
  await page.keyboard.press('Enter');
  await pane.getByRole('heading', { level: 1, name: 'Rustam Aliev' }).waitFor();
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

  await pane.getByRole('link', { name: 'Whole card' }).click();
  await page.getByRole('button', { name: /Answered.*Anna Karimova/ }).click();
  const player = page.getByRole('group', { name: 'Recording of the talk' });
  await player.getByRole('button', { name: 'Play', exact: true }).click();
  await screen.plays();
  expect(await screen.drawn('[aria-label="Recording of the talk"] canvas'), 'peaks are drawn').toBe(true);
  const [left, right] = await screen.tones(call.id, [tone.client, tone.manager]);
  expect(left![0], 'the client is in the left channel').toBeGreaterThan(0.9);
  expect(left![1], 'and nobody else').toBeLessThan(0.01);
  expect(right![1], 'the manager is in the right channel').toBeGreaterThan(0.9);
  expect(right![0], 'and nobody else').toBeLessThan(0.01);

  await page.goto('/calls');
  await page.getByRole('row').filter({ hasText: 'Rustam Aliev' }).filter({ hasText: 'Answered' }).waitFor();
});
