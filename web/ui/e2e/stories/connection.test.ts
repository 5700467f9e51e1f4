import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';
import { pause } from '../harness/wait';
import { Wire } from '../harness/wire';

let office: Office;
let wire: Wire;
beforeAll(async () => {
  office = await Office.open();
  wire = await Wire.to(office.server.http);
});
afterAll(async () => {
  await wire?.close();
  await office?.close();
});

test('twenty seconds without a network are said in words; what was missed arrives, once', async () => {
  const from = [office.newNumber(), office.newNumber(), office.newNumber()];
  const desk = await office.desk('anna');
  const { page, watch } = await Screen.open(office, 'boss', { origin: wire.origin, path: '/calls' });
  watch.allow(/ERR_|WebSocket/);
  await page.getByRole('navigation').waitFor();
  const rows = (number: string) => page.getByRole('row').filter({ hasText: number.slice(-2) }).filter({ hasText: number.slice(-4, -2) });

  const missed = async (number: string) => {
    const client = await office.calls(number);
    const leg = await desk.rings();
    await client.hangup();
    await leg.over();
    await office.agentIs('anna', 'available');
  };
  await missed(from[0]!);
  await rows(from[0]!).first().waitFor();

  wire.cut();
  const [, note] = await Promise.all([pause(20_000), page.getByRole('status').getByText(/lost/).waitFor(), missed(from[1]!).then(() => missed(from[2]!))]);
  void note;
  wire.mend();
  await page.getByRole('status').getByText(/again/).waitFor();
  for (const number of from) {
    await rows(number).first().waitFor();
    expect(await rows(number).count(), 'one row for one call').toBe(1);
  }
});

test('a card that could not come while the network was away is there when it is back', async () => {
  const desk = await office.desk('anna');
  const screen = await Screen.open(office, 'anna', { origin: wire.origin });
  const { page, watch } = screen;
  watch.allow(/ERR_|WebSocket/);
  await screen.ready();
  wire.cut();
  const client = await office.calls(office.newNumber());
  const leg = await desk.picksUp();
  await client.up();
  wire.mend();
  await page.getByTestId('call-pane').waitFor();
  expect(await page.getByTestId('call-pane').count()).toBe(1);
  await client.hangup();
  await leg.over();
});
