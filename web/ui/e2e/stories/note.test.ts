import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';
import { until } from '../harness/wait';
import { Wire } from '../harness/wire';

let office: Office;
let wire: Wire;
beforeAll(async () => {
  office = await Office.open({ agents: ['anna'] });
  wire = await Wire.to(office.server.http);
});
afterAll(async () => {
  await wire?.close();
  await office?.close();
});

const said = 'Wants 200 boxes, delivery on Friday; asks for a discount';

test('a note outlives a reload in the middle of it, and is on the card once', async () => {
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna', { origin: wire.origin });
  const { page, watch } = screen;
  watch.allow(/ERR_|WebSocket/); // the network is gone while the note is typed
  await screen.ready();
  const from = office.newNumber();
  const client = await office.calls(from);
  await desk.picksUp();
  await client.up();
  const note = page.getByRole('textbox', { name: /^Note/ }).first();
  await note.pressSequentially(said.slice(0, 20));
  wire.cut(); // what follows can't have reached the server when the page goes
  await note.pressSequentially(said.slice(20));
  wire.mend();
  await page.reload();
  await until('the note to be there again', async () => (await note.inputValue()) === said);
  const api = await office.as('anna');
  const card = await api.card(from);
  const notes = () => api.items<{ kind: string; body?: string }>(`/contacts/${card.id}/timeline`).then((all) => all.filter((a) => a.kind === 'note'));
  await until('the note to be on the card', async () => (await notes()).some((n) => n.body === said));
  expect(await notes()).toHaveLength(1);
  await client.hangup();
});
