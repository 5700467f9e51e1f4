import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';
import { until } from '../harness/wait';
import { wav } from '../harness/wav';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office?.close());

interface Queue {
  name: string;
  ring_ms: number;
  agents: string[];
}

const queues = async () => (await office.as('admin')).items<Queue>('/office/queues');

test('a queue is changed: what will change is shown first, the next call follows it, the audit knows', async () => {
  const { page } = await Screen.open(office, 'admin', { path: '/settings/queues' });
  await page.getByText('sales').first().click();
  const panel = page.getByRole('dialog', { name: 'sales' });
  await panel.getByRole('textbox', { name: 'Rings' }).fill('33');
  await panel.getByRole('button', { name: /^Review/ }).click();
  await panel.getByText('This will change:').waitFor();
  expect((await queues()).find((q) => q.name === 'sales')?.ring_ms).toBe(20_000); // nothing is applied by looking
  await panel.getByRole('button', { name: /^Apply/ }).click();
  await panel.waitFor({ state: 'hidden' });
  await until('the queue to ring longer', async () => (await queues()).find((q) => q.name === 'sales')?.ring_ms === 33_000);

  await page.goto('/settings/audit');
  await page.getByText(/sales/).first().waitFor();
});

test('somebody else has changed the settings meanwhile: nothing of his is lost', async () => {
  const { page, watch } = await Screen.open(office, 'admin', { path: '/settings/queues' });
  watch.allow(/409/);
  await page.getByText('support').first().click();
  const panel = page.getByRole('dialog', { name: 'support' });
  await panel.getByRole('textbox', { name: 'Time after a call' }).fill('15');
  const admin = await office.as('admin');
  await admin.post('/office/changes', { queues: [{ name: 'support', agents: ['anna', 'bek'], ring: '44s', wrap_up: '0s' }] });
  await panel.getByRole('button', { name: /^Review/ }).click();
  await panel.getByText('Somebody has changed the settings meanwhile').waitFor();
  await panel.getByRole('button', { name: 'Review again' }).click();
  await panel.getByText('This will change:').waitFor();
  expect(await panel.getByText('44').count()).toBe(0); // what he has changed is not changed back
  await panel.getByRole('button', { name: /^Apply/ }).click();
  await panel.waitFor({ state: 'hidden' });
  await until('both changes to be there', async () => {
    const q = (await admin.items<Queue & { wrap_up_ms: number }>('/office/queues')).find((x) => x.name === 'support');
    return q?.ring_ms === 44_000 && q.wrap_up_ms === 15_000;
  });
});

test('a sound is replaced, listened to and taken back; what is no sound is refused in words', async () => {
  const { page } = await Screen.open(office, 'admin', { path: '/settings/sounds' });
  const row = page.getByRole('listitem').filter({ hasText: 'Music' });
  const choose = async (name: string, body: Buffer) => {
    const asked = page.waitForEvent('filechooser');
    await row.getByRole('button', { name: /^Replace/ }).click();
    await (await asked).setFiles({ name, mimeType: 'audio/wav', buffer: body });
  };
  await choose('letter.wav', Buffer.from('Dear customer'));
  await row.getByText('This is no WAV file.').waitFor();
  await choose('tone.wav', wav(440, 2));
  await row.getByText('Your own').waitFor();
  await row.getByText('0:02').waitFor();
  await row.getByRole('button', { name: /^Listen/ }).click();
  await row.getByRole('button', { name: /^Stop/ }).waitFor();
  await row.getByRole('button', { name: /^Listen/ }).waitFor(); // it has played to its end
  await row.getByRole('button', { name: 'Back to built-in' }).click();
  await page.getByText('Your own file is deleted').waitFor(); // it can't be undone
  await page.getByRole('button', { name: 'Delete my file' }).click();
  await row.getByText('Your own').waitFor({ state: 'hidden' });
});
