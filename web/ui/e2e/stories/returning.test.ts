import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ agents: ['anna', 'bek'] });
});
afterAll(() => office?.close());

test('a client who comes back gets his manager, who reads why, though another is less busy', async () => {
  const from = office.newNumber();
  const first = await office.talked(from, 'anna', 2); // only her phone is connected yet
  expect(first.agent).toBe('anna');
  const desks = { anna: await office.desk('anna'), bek: await office.desk('bek') };
  const [anna, bek] = [await Screen.open(office, 'anna'), await Screen.open(office, 'bek')];
  for (const s of [anna, bek]) await s.ready();

  const client = await office.calls(from);
  const leg = await desks.anna.rings();
  const pane = anna.page.getByTestId('call-pane');
  await pane.getByText(/spoke|talked/i).first().waitFor(); // why she
  await pane.getByRole('link').or(pane.getByRole('button')).first().waitFor();
  await anna.shot('desk-returning');
  await leg.answer();
  await client.up();
  expect(await bek.page.getByTestId('call-pane').count(), 'nothing opens at the other agent').toBe(0);
  await client.hangup();
  await leg.over();
  const call = await (await office.as('boss')).recorded(leg.id);
  expect(call.route[0]).toMatchObject({ agent: 'anna', result: 'answered' });
});

test('two clients at once: two agents, each with his own card', async () => {
  const desks = [await office.desk('anna'), await office.desk('bek')];
  const screens = [await Screen.open(office, 'anna'), await Screen.open(office, 'bek')];
  for (const s of screens) await s.ready();
  const numbers = [office.newNumber(), office.newNumber()];
  const clients = [await office.calls(numbers[0]!), await office.calls(numbers[1]!)];
  const shown = await Promise.all(
    screens.map(async ({ page }, n) => {
      const leg = await desks[n]!.rings();
      await leg.answer();
      await page.getByTestId('call-pane').waitFor();
      return (await page.getByTestId('call-pane').innerText()).replace(/\D/g, '');
    }),
  );
  expect(shown.map((text) => numbers.filter((n) => text.includes(n.slice(4)))).flat().sort()).toEqual(numbers);
  for (const c of clients) await c.hangup();
});
