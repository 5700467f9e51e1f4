import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ agents: ['anna', 'farid'] });
});
afterAll(() => office?.close());

test('whoever may not see something does not find it: no place in the menu, nothing behind the address', async () => {
  const { page, watch } = await Screen.open(office, 'anna');
  const menu = page.getByRole('navigation');
  await menu.getByRole('link', { name: 'Desk' }).waitFor();
  expect(await menu.getByRole('link', { name: 'Settings' }).count()).toBe(0);
  watch.allow(/40[34]/);
  for (const path of ['/settings/people', '/settings/trunks', '/settings/audit', '/calls/01930000-0000-7000-8000-000000000000', '/contacts/01930000-0000-7000-8000-000000000000']) {
    await page.goto(path);
    await page.getByRole('navigation').waitFor();
    await page.getByText('There is nothing here').first().waitFor();
  }
});

test('another office neither sees nor hears a talk', async () => {
  const call = await office.talked(office.newNumber(), 'anna', 1);
  const farid = await office.as('farid');
  for (const path of [`/calls/${call.id}`, `/calls/${call.id}/recording`, `/calls/${call.id}/recording/peaks`, `/contacts/${call.contact_id}`]) {
    expect(await farid.status(path), path).toBe(404);
  }
  const screen = await Screen.open(office, 'farid', { path: `/calls/${call.id}` });
  screen.watch.allow(/404/);
  await screen.page.getByText('There is nothing here').first().waitFor();
  expect(await screen.page.locator('audio:not([data-phone])').count(), 'what he could listen by; not his own telephone').toBe(0);
  await screen.page.goto('/calls');
  await screen.page.getByText('No calls yet').waitFor();
});
