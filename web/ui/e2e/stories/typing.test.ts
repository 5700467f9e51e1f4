import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import type { Leg } from '../harness/phones';
import { Screen } from '../harness/screen';
import { until } from '../harness/wait';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

const places = ['/', '/contacts', '/calls', '/me'];

test.each(places)('a call that comes moves nothing that stands on %s', async (path) => {
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna', { path });
  const { page } = screen;
  await page.getByRole('region', { name: 'My phone' }).waitFor();
  await page.getByRole('button', { name: /Search|Find/ }).first().click();
  const field = page.getByRole('dialog').getByRole('combobox');
  await field.pressSequentially('Rustam');
  let client: Leg | undefined;
  const shifts = await screen.shifts(async () => {
    await field.pressSequentially(' Aliev');
    client = await office.calls(office.newNumber());
    await desk.rings();
    await page.getByRole('alert').getByText('Incoming call').waitFor({ state: 'attached' });
    await field.pressSequentially(' junior');
  });
  expect(shifts, 'what moved').toEqual([]);
  await until('the typed text to be whole', async () => (await field.inputValue()) === 'Rustam Aliev junior');
  expect(await page.getByTestId('call-pane').count(), 'the card waits until it is asked for').toBe(0);
  await client?.hangup();
  await office.agentIs('anna', 'available');
});
