import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

test('a link lets somebody in once; he chooses his password by it', async () => {
  const admin = await office.as('admin');
  const offices = await admin.items<{ id: string; name: string }>('/office/offices');
  const { url } = await admin.post<{ url: string }>('/office/invitations', {
    login: 'malika', name: 'Malika Rahimova', role: 'agent', office_id: offices.find((o) => o.name === 'Tashkent')!.id,
  });
  const path = url.replace(/^https?:\/\/[^/]+/, '');

  const { page, watch } = await Screen.open(office, undefined, { path });
  watch.allow(/401/);
  await page.getByRole('heading', { name: /Welcome/ }).waitFor();
  await page.getByRole('textbox', { name: 'New password' }).fill('violet river 29 harbour');
  await page.getByRole('button', { name: 'Set the password and sign in' }).click();
  await page.getByRole('navigation').waitFor();

  const late = await Screen.open(office, undefined, { path });
  late.watch.allow(/40[14]|410/);
  await late.page.getByText('This link does not work any more').waitFor();
  expect(await late.page.getByRole('textbox').count()).toBe(0);
});
