import { tone, type Leg } from './phones';
import type { Office } from './office';
import type { Telephone } from './telephone';

interface Told {
  story: { kind: string }[];
  agent?: string;
  talk_ms: number;
}

/** hearEachOther waits until both hear each other's tone, and says when that was: milliseconds since 1970. */
export const hearEachOther = async (agent: Telephone, client: Leg) => Math.max(...(await Promise.all([agent.hears(tone.client), client.hears(tone.manager)])));

/** answered is a talk of an agent in his page with a new client. */
export async function answered(office: Office, agent: Telephone): Promise<{ client: Leg; id: string; number: string }> {
  const number = office.newNumber();
  const client = await office.calls(number);
  await agent.rings();
  await agent.press('Answer');
  await client.up();
  await hearEachOther(agent, client);
  const { id } = (await (await office.as('admin')).items<{ id: string }>('/calls'))[0]!;
  return { client, id, number };
}

/** told is a call of the history, and how often its story has each of these moments. */
export async function told(office: Office, id: string, kinds: string[]) {
  const call = await (await office.as('admin')).get<Told>(`/calls/${id}`);
  return { ...call, times: kinds.map((kind) => call.story.filter((m) => m.kind === kind).length) };
}
