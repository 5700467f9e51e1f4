import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office, password } from '../harness/office';
import { Screen } from '../harness/screen';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

test('one signs in with the keyboard alone, and a wrong password is said in words', async () => {
  const { page, watch } = await Screen.open(office, undefined, { path: '/calls' });
  watch.allow(/401/); // nobody is signed in at first, and then the password is wrong
  await page.getByLabel('Login').waitFor();
  await page.keyboard.type('anna');
  await page.keyboard.press('Tab');
  await page.keyboard.type('something else');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/calls'); // where he wanted to go
  await page.getByRole('navigation').waitFor();
});
