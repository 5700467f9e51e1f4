import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office, password } from '../harness/office';
import { Screen, type Language } from '../harness/screen';
import { clipped, untranslated } from '../harness/text';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

test('one signs in with the keyboard alone, and a wrong password is said in words', async () => {
  const { page, watch } = await Screen.open(office, undefined, { path: '/calls' });
  watch.allow(/401/); // nobody is signed in at first, and then the password is wrong
  const secret = page.getByRole('textbox', { name: 'Password' });
  await page.getByLabel('Login').waitFor();
  await page.keyboard.type('anna');
  await page.keyboard.press('Tab');
  await page.keyboard.type('something else');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await secret.fill(password);
  await secret.press('Enter');
  await page.waitForURL('**/calls'); // where he wanted to go
  await page.getByRole('navigation').waitFor();
});

test.each<[Language, string]>([['en', 'Login'], ['ru', 'Логин'], ['uz-Latn', 'Login'], ['uz-Cyrl', 'Логин']])(
  'the door speaks %s, fits a telephone and hinders nobody',
  async (language, login) => {
    for (const scheme of ['light', 'dark'] as const) {
      const screen = await Screen.open(office, undefined, { path: '/login', language, scheme, width: 390 });
      screen.watch.allow(/401/);
      await screen.page.getByLabel(login).waitFor();
      expect(await untranslated(screen.page)).toEqual([]);
      expect(await clipped(screen.page)).toEqual([]);
      expect(await screen.axe()).toEqual([]);
      await screen.shot('login');
    }
  },
);

test('signing out everywhere ends the other pages at once', async () => {
  const [here, there] = [await Screen.open(office, 'bek'), await Screen.open(office, 'bek')];
  for (const s of [here, there]) {
    await s.page.getByRole('navigation').waitFor();
    s.watch.allow(/401/); // the page that was ended asks who it is
  }
  await here.page.evaluate(async () => {
    const r = await fetch('/api/v1/me/sessions', { method: 'DELETE' });
    if (!r.ok) throw new Error(`${r.status}`);
  });
  await there.page.waitForURL('**/login**');
  expect(here.page.url()).not.toContain('/login');
});
