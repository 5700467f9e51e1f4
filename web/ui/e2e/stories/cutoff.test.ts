import { expect, onTestFinished, test } from 'vitest';
import { Office } from '../harness/office';
import { tone } from '../harness/phones';
import { answered, hearEachOther, told } from '../harness/talks';
import { Telephone } from '../harness/telephone';
import { pause } from '../harness/wait';
import { Wire } from '../harness/wire';

test('the network is away for 3 and for 20 seconds: the talk comes back; for 90: a colleague takes it', async () => {
  const office = await Office.own({ agents: ['anna', 'bek'] });
  const wire = await Wire.to(office.server.http);
  onTestFinished(() => wire.close());
  const anna = await Telephone.ready(office, 'anna', { origin: wire.origin });
  anna.screen.watch.allow(/ERR_|WebSocket/);
  await office.agentIs('anna', 'available');
  const { client, id } = await answered(office, anna);
  const isLost = () => Promise.all([anna.dock.getByText('Connection lost', { exact: true }).first().waitFor(), client.hearsElse(tone.manager)]);
  for (const seconds of [3, 20]) {
    wire.cut();
    await Promise.all([pause(seconds * 1000), isLost()]);
    wire.mend();
    await hearEachOther(anna, client);
    await anna.talks();
  }
  const bek = await office.desk('bek');
  wire.cut();
  const ninety = pause(90_000);
  await isLost();
  await pause(25_000); // the longest that a client is let wait for her is 30 seconds
  const leg = await bek.picksUp();
  const talks = () => Promise.all([leg.hears(tone.client), client.hears(tone.manager)]);
  await talks();
  await ninety;
  wire.mend();
  await office.agentIs('anna', 'available');
  await anna.ready();
  await talks();
  await client.hangup();
  await leg.over();
  await (await office.as('admin')).recorded(id);
  const { agent, times } = await told(office, id, ['agent_lost', 'agent_back', 'queued', 'answered', 'recording']);
  expect(times).toEqual([3, 2, 1, 2, 1]);
  expect(agent).toBe('bek');
}, 240_000);
