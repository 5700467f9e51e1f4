import { afterAll, beforeAll, test } from 'vitest';
import { Office } from '../harness/office';
import { Screen } from '../harness/screen';
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

test('a lost connection is said in words, and repaired without a hand', async () => {
  const { page, watch } = await Screen.open(office, 'anna', { origin: wire.origin });
  watch.allow(/ERR_|WebSocket/);
  await page.getByRole('navigation').waitFor();
  wire.cut();
  await page.getByRole('status').getByText('lost').waitFor();
  wire.mend();
  await page.getByRole('status').getByText('again').waitFor();
});
