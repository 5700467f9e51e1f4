import type { Call, Contact } from './api';
import { Office } from './office';

/** LivedIn is an office in which something has happened already, so that no screen is empty. */
export interface LivedIn {
  office: Office;
  /** The recorded talk with the client whose name is longest. */
  call: Call;
  /** A link by which somebody may join, as the browser opens it. */
  invitation: string;
  /** The id of the queue of the sales people. */
  queue: string;
}

const names = ['Rustam Aliev', 'Мадина Юлдашева', 'Oʻktam Gʻulomov', 'Константин Константинопольский', 'Lola Nazarova'];

/** livedIn opens an office and lets a morning pass in it: talks, a client who was missed, tasks, notes, an invitation. */
export async function livedIn(): Promise<LivedIn> {
  const office = await Office.open({ agents: ['anna', 'bek'] });
  const [boss, admin, anna] = await Promise.all([office.as('boss'), office.as('admin'), office.as('anna')]);
  const numbers = names.map(() => office.newNumber());
  const clients: Contact[] = [];
  for (const [n, name] of names.entries()) clients.push(await boss.post<Contact>('/contacts', { name, phones: [numbers[n]] }));

  const call = await office.talked(numbers[3]!, 'anna', 2);
  await anna.post(`/calls/${call.id}/notes`, { body: 'Wants 200 boxes by Friday and asks for a discount' });
  await anna.post(`/contacts/${call.contact_id}/notes`, { body: 'Speaks Russian, prefers to be called after lunch' });
  await boss.post('/tasks', { title: 'Send the new price list', contact_id: call.contact_id, assignee: 'anna', due_at: new Date().toISOString() });
  await office.talked(numbers[0]!, 'anna');
  const missed = await office.calls(numbers[1]!);
  const leg = await (await office.desk('anna')).rings();
  await missed.hangup();
  await leg.over();
  await office.agentIs('anna', 'available');

  const offices = await admin.items<{ id: string; name: string }>('/office/offices');
  const { url } = await admin.post<{ url: string }>('/office/invitations', { login: 'malika', name: 'Malika Rahimova', role: 'agent', office_id: offices[0]!.id });
  const queues = await admin.items<{ id: string; name: string }>('/office/queues');
  return { office, call, invitation: url.replace(/^https?:\/\/[^/]+/, ''), queue: queues.find((q) => q.name === 'sales')!.id };
}
