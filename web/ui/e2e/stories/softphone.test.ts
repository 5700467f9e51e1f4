import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import { Telephone } from '../harness/telephone';
import { until } from '../harness/wait';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

test('a call is answered, muted, held and ended in the page, by the keyboard alone; both hear each other and are recorded', async () => {
  const anna = await Telephone.ready(office, 'anna');
  const { page, dock, screen } = anna;
  const { keyboard } = page;
  await office.agentIs('anna', 'available');
  const client = await office.calls(office.newNumber());
  await anna.rings();
  await page.getByRole('alert').filter({ hasText: 'Enter answers' }).waitFor();
  await keyboard.press('Enter');
  await client.up();
  await Promise.all([anna.talks(), client.hears(tone.manager), anna.hears(tone.client)]);
  const { id } = (await (await office.as('anna')).items<{ id: string }>('/calls'))[0]!;

  await keyboard.press('m');
  await dock.getByText('You are not heard').waitFor();
  await client.hearsNothing();
  await keyboard.press('m');
  await client.hears(tone.manager);

  await keyboard.press('h');
  await anna.holds();
  await client.hearsElse(tone.manager);
  await keyboard.press('h');
  await anna.talks();
  await Promise.all([client.hears(tone.manager), anna.hears(tone.client)]);

  await keyboard.press('k');
  for (const key of '5#') {
    await keyboard.press(key);
    await client.pressed(key);
  }
  await keyboard.press('k');

  await client.says(tone.client, 2);
  await dock.getByRole('button', { name: 'Hang up' }).press('Enter');
  await client.over();
  await (await office.as('admin')).recorded(id);
  const [left, right] = await screen.tones(id, [tone.client, tone.manager]);
  expect(left![0]).toBeGreaterThan(0.8);
  expect(left![1]).toBeLessThan(0.05);
  expect(right![1]).toBeGreaterThan(0.8);
  expect(right![0]).toBeLessThan(0.05);
});

test('a call that is declined, or given up by the client, leaves nothing behind', async () => {
  const anna = await Telephone.ready(office, 'anna');
  await office.agentIs('anna', 'available');
  const impatient = await office.calls(office.newNumber());
  await anna.rings();
  await impatient.hangup();
  await anna.ready();
  const declined = await office.calls(office.newNumber());
  await anna.rings();
  await anna.page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))));
  await anna.press('Answer');
  await anna.page.getByRole('alert').filter({ hasText: 'The browser does not give the microphone' }).waitFor();
  await anna.press('Decline');
  await anna.ready();
  await declined.hangup();
  await declined.over();
});

test('who looks elsewhere is told by a notification, and answers in it', async () => {
  const anna = await Telephone.ready(office, 'anna');
  await office.agentIs('anna', 'available');
  await anna.looksAway();
  const client = await office.calls(office.newNumber());
  await anna.chooses('answer');
  await client.up();
  await Promise.all([anna.hears(tone.client), client.hears(tone.manager)]);
  await client.hangup();
  await anna.ready();
});

test('one begins to telephone with a click; of two tabs one has the telephone, both answer, and the other takes it over', async () => {
  const first = await Telephone.ready(office, 'anna', { telephone: false });
  const second = await first.tab();
  await second.isElsewhere();
  await office.agentIs('anna', 'available');
  const client = await office.calls(office.newNumber());
  await Promise.all([first.rings(), second.rings()]);
  await second.press('Answer');
  await client.up();
  await Promise.all([first.hears(tone.client), client.hears(tone.manager)]);
  await second.dock.getByText('In another tab').waitFor();
  await second.press('Mute');
  await client.hearsNothing();
  await second.press('Hang up');
  await client.over();

  await second.press('Take over here');
  await Promise.all([second.ready(), first.isElsewhere()]);
  await office.agentIs('anna', 'available');
  const next = await office.calls(office.newNumber());
  await second.rings();
  await second.press('Answer');
  await Promise.all([next.up(), second.hears(tone.client), next.hears(tone.manager)]);
  await next.hangup();
  await second.ready();

  first.screen.watch.allow(/401/); // who has signed out asks who he is, and is told
  await second.page.getByRole('button', { name: 'Me', exact: true }).click();
  await second.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await Promise.all([first, second].map(({ page }) => page.getByLabel('Login').waitFor()));
  const boss = await office.as('boss');
  await until('the phone to be gone with who has signed out', async () => {
    const agents = await boss.items<{ login: string; state?: { device: boolean } }>('/agents');
    return agents.find((a) => a.login === 'anna')?.state?.device === false;
  });
});
