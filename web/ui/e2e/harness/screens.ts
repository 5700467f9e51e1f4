import type { Page } from 'playwright-core';
import type { LivedIn } from './livedIn';
import type { Login } from './office';

/** Scene is a screen as somebody comes to see it. */
export interface Scene {
  name: string;
  who: Login | undefined;
  path: (of: LivedIn) => string;
  /** What one does there before there is something to look at; in any language. */
  then?: (page: Page) => Promise<unknown>;
}

const screen = (name: string, who: Scene['who'], path: string | Scene['path'], then?: Scene['then']): Scene => ({
  name,
  who,
  path: typeof path === 'string' ? () => path : path,
  then,
});

const sections = ['people', 'queues', 'numbers', 'trunks', 'sounds', 'offices', 'sessions', 'audit'];

// All screens that the page has, in the order in which they are looked at.
const scenes: Scene[] = [
  screen('login', undefined, '/login'),
  screen('invitation', undefined, (of) => of.invitation),
  screen('desk', 'anna', '/'),
  screen('today', 'boss', '/'),
  screen('contacts', 'anna', '/contacts'),
  screen('contact-new', 'anna', '/contacts?new=true'),
  screen('contact', 'anna', (of) => `/contacts/${of.call.contact_id}`),
  screen('calls', 'boss', '/calls'),
  screen('call', 'admin', (of) => `/calls/${of.call.id}`),
  screen('call-card', 'anna', (of) => `/?call=${of.call.id}`),
  screen('floor', 'boss', '/floor'),
  screen('me', 'anna', '/me'),
  screen('help', 'anna', '/help'),
  screen('nothing', 'anna', '/no/such/place'),
  ...sections.map((section) => screen(`settings-${section}`, 'admin', `/settings/${section}`)),
  ...['people', 'queues', 'numbers', 'trunks', 'offices'].map((section) => screen(`settings-${section}-new`, 'admin', `/settings/${section}?edit=new`)),
  screen('settings-queue', 'admin', (of) => `/settings/queues?edit=${of.queue}`),
  screen('search', 'boss', '/contacts', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('Rustam');
    await page.getByRole('option').filter({ hasText: '123 40 01' }).first().waitFor();
  }),
  screen('notifications', 'anna', '/help', (page) => page.locator('button[aria-haspopup=dialog]:has(.tabler-icon-bell)').click()),
  screen('me-menu', 'anna', '/help', (page) => page.locator('button[aria-haspopup=menu]').last().click()),
];

/** lookers are the people who look at the screens, each with those that are his. */
export const lookers = [...new Set(scenes.map((s) => s.who))].map((login) => ({ who: login ?? 'nobody yet', login, scenes: scenes.filter((s) => s.who === login) }));
