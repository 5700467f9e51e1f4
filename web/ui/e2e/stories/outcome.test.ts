import { expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Telephone } from '../harness/telephone';
import { answered } from '../harness/talks';
import { until } from '../harness/wait';

interface Said {
  notes: { body: string }[];
  outcome?: { key: string; name: string };
}

test('what came of a call is said by the keyboard alone: what it requires is asked for, a reload loses nothing, and then one is free', async () => {
  const office = await Office.own({ wrapUp: '180s', untilOutcome: true });
  const anna = await Telephone.ready(office, 'anna');
  const { page, dock, screen } = anna;
  await office.agentIs('anna', 'available');
  const api = await office.as('anna');
  const outcomes = await api.items<{ key: string; name: string; requires?: string }>('/outcomes?queue=sales');
  const keyOf = (requires: string | undefined) => String(outcomes.findIndex((o) => o.requires === requires) + 1);
  const talk = async () => {
    const { client, id } = await answered(office, anna);
    await client.hangup();
    await anna.wrapsUp();
    return id;
  };
  screen.watch.allow(/422/); // the server says what is missing

  const first = await talk();
  const finish = dock.getByRole('button', { name: /^Finish/ });
  expect(await finish.isDisabled()).toBe(true);
  await dock.getByText('Choose what came of the call').waitFor();
  await screen.shot('outcome');
  await page.keyboard.press(keyOf('note'));
  const note = dock.getByRole('textbox', { name: 'Note' });
  await screen.shot('outcome-note');
  await note.fill('He wants two of them');
  await page.reload(); // in the middle of the note: it is kept
  await anna.wrapsUp();
  await until('the note to be there', async () => (await api.get<Said>(`/calls/${first}`)).notes.some((n) => n.body === 'He wants two of them'));
  await dock.getByRole('button', { name: outcomes[Number(keyOf('note')) - 1]!.name }).waitFor();
  await page.keyboard.press(keyOf('note'));
  await anna.ready();
  await office.agentIs('anna', 'available');
  expect((await api.get<Said>(`/calls/${first}`)).outcome?.name).toBe(outcomes[Number(keyOf('note')) - 1]!.name);

  const second = await talk();
  await page.keyboard.press(keyOf('task'));
  await dock.getByText('needs a next step').waitFor();
  await page.keyboard.press('t');
  await page.keyboard.press('2');
  await anna.ready();
  await page.goto(`/calls/${second}`);
  await page.locator('main').getByText(outcomes[Number(keyOf('task')) - 1]!.name, { exact: true }).waitFor();
  expect(await screen.axe()).toEqual([]);
});
