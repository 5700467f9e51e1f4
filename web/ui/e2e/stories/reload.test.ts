import { expect, test } from 'vitest';
import { figures } from '../harness/figures';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import { answered, hearEachOther, told } from '../harness/talks';
import { Telephone } from '../harness/telephone';

test('the page is loaded again twenty times in one talk: it is one call with one recording', async () => {
  const office = await Office.own();
  const anna = await Telephone.ready(office, 'anna');
  anna.screen.watch.allow(/ERR_ABORTED|WebSocket/);
  await office.agentIs('anna', 'available');
  const { client, id, number } = await answered(office, anna);
  const back: number[] = [];
  for (let n = 1; n <= 20; n++) {
    const left = Date.now();
    await anna.page.reload();
    back.push((await hearEachOther(anna, client)) - left);
  }
  // eslint-disable-next-line no-console -- a figure for people, not a condition
  console.log(`sound is back after a reload, ms: ${JSON.stringify(figures(back))}`);
  await client.says(tone.client, 1);
  await anna.press('Hang up');
  await client.over();
  const boss = await office.as('admin');
  const { recording } = await boss.recorded(id);
  const { times, talk_ms } = await told(office, id, ['agent_lost', 'agent_back', 'answered', 'recording']);
  expect(times).toEqual([20, 20, 1, 1]);
  expect(Math.abs(recording!.duration_ms - talk_ms)).toBeLessThan(500);
  expect((await boss.items(`/calls?phone=${encodeURIComponent(number)}`)).length).toBe(1);
  const [left, right] = await anna.screen.tones(id, [tone.client, tone.manager]);
  expect(left![0]).toBeGreaterThan(0.8); // the client is recorded while he waits, too
  expect(left![1]).toBeLessThan(0.05);
  expect(right![1]).toBeGreaterThan(0.8);
  expect(right![0]).toBeLessThan(0.05);
});

test('another tab takes the talk over, and is closed; the first has it again; the client hangs up while the page is away', async () => {
  const office = await Office.own();
  const first = await Telephone.ready(office, 'anna');
  first.screen.watch.allow(/ERR_ABORTED|WebSocket/);
  const second = await first.tab();
  await second.isElsewhere();
  await office.agentIs('anna', 'available');
  const { client, id } = await answered(office, first);
  await second.dock.getByText('In another tab').waitFor();
  await second.press('Take over here');
  await hearEachOther(second, client);
  await first.dock.getByText('In another tab').waitFor();
  await second.page.close(); // by mistake
  await hearEachOther(first, client);
  expect((await told(office, id, ['agent_lost', 'agent_back', 'answered'])).times).toEqual([2, 2, 1]);

  await first.page.goto('/healthz');
  await client.hearsElse(tone.manager);
  await client.hangup();
  await client.over();
  await first.page.goto('/');
  await first.ready();
  await office.agentIs('anna', 'available');
  expect(await first.page.locator('[data-at=ringing]').count()).toBe(0);
});
