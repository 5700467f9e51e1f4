import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { Contact } from '../harness/api';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';
import { until } from '../harness/wait';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

type Card = Contact & { tin?: string };
const card = async (id: string) => (await office.as('boss')).get<Card>(`/contacts/${id}`);
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const idOf = (page: Page) => new URL(page.url()).pathname.split('/').pop()!;

const fact = (page: Page, label: string) => page.getByRole('button', { name: `${label}: ` });

/** change types into a fact of the card, in its place. */
async function change(page: Page, label: string, to: string) {
  await fact(page, label).click();
  await page.getByRole('textbox', { name: label, exact: true }).fill(to);
  await page.keyboard.press('Enter');
}

test('a card is made by hand, and a number that is known leads to the card that has it', async () => {
  const { page, watch } = await Screen.open(office, 'boss', { path: '/contacts' });
  watch.allow(/409/); // the number is taken
  const number = office.newNumber();
  const make = async (name: string) => {
    await page.getByRole('button', { name: /^New contact/ }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('dialog').getByRole('textbox', { name: 'Phone' }).fill(number);
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  };
  await make('Jamshid Rakhimov');
  await heading(page, 'Jamshid Rakhimov');
  const first = idOf(page);
  expect((await card(first)).name).toBe('Jamshid Rakhimov');

  await page.goto('/contacts');
  await make('Somebody Else');
  await page.getByRole('dialog').getByText('This number is on a card already', { exact: true }).waitFor();
  await page.getByRole('dialog').getByRole('link', { name: /^Open: Jamshid Rakhimov/ }).click();
  await heading(page, 'Jamshid Rakhimov');
  expect(idOf(page)).toBe(first);
});

test('what is changed in its place is saved, and taken back', async () => {
  const boss = await office.as('boss');
  const { id } = await boss.post<Contact>('/contacts', { name: 'Karim Nazarov', phones: [office.newNumber()] });
  const { page } = await Screen.open(office, 'boss', { path: `/contacts/${id}` });
  await heading(page, 'Karim Nazarov');
  await change(page, 'Taxpayer no.', '123456789');
  await until('the number to be saved', async () => (await card(id)).tin === '123456789');
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the change to be taken back', async () => !(await card(id)).tin);
  await fact(page, 'Taxpayer no.').waitFor();
});

test('two who change the same are shown both versions, and one chooses', async () => {
  const boss = await office.as('boss');
  const { id, version } = await boss.post<Contact>('/contacts', { name: 'Firm', kind: 'company', phones: [office.newNumber()] });
  const { page } = await Screen.open(office, 'boss', { path: `/contacts/${id}` });
  await heading(page, 'Firm');
  await fact(page, 'Taxpayer no.').click();
  const field = page.getByRole('textbox', { name: 'Taxpayer no.' });
  await field.fill('111111111');
  await (await office.as('admin')).patch(`/contacts/${id}`, { tin: '222222222', version });
  await page.getByText(/has changed this meanwhile/).waitFor(); // by the live socket, while one types
  await field.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Two have changed the same' });
  await dialog.getByText('111111111').click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await until('the choice to be saved', async () => (await card(id)).tin === '111111111');
});

test('a deleted card is gone, and its number is free', async () => {
  const boss = await office.as('admin');
  const number = office.newNumber();
  const { id } = await boss.post<Contact>('/contacts', { name: 'Nobody Needed', phones: [number] });
  const { page, watch } = await Screen.open(office, 'admin', { path: `/contacts/${id}` });
  watch.allow(/404/); // it is asked for once more when it is gone
  await heading(page, 'Nobody Needed');
  await page.getByRole('button', { name: 'More about the card' }).click();
  await page.getByRole('menuitem', { name: 'Delete the card…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await page.waitForURL('**/contacts');
  expect(await boss.status(`/contacts/${id}`)).toBe(404);
  await boss.post('/contacts', { name: 'Successor', phones: [number] }); // without force
});
