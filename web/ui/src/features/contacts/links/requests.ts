import { answer, api } from '@/api/client';
import type { Contact } from '@/api/schema';
import { type Other, sameName } from './others';

/** link says that a person works for a company, and as what; it gives the person's card. */
export const link = (person: string, company: string, position: string) =>
  answer(api.PUT('/contacts/{id}/companies/{company}', { params: { path: { id: person, company } }, body: { position } }));

export const unlink = (person: string, company: string) =>
  answer(api.DELETE('/contacts/{id}/companies/{company}', { params: { path: { id: person, company }, query: {} } }));

/** idOf is the id of the other card, which is made if there is none: who types fast is ahead of the search. */
export async function idOf(other: Other, kind: Contact['kind']): Promise<string> {
  if (other.id) return other.id;
  const { items } = await answer(api.GET('/contacts', { params: { query: { q: other.name, kind, limit: 20 } } }));
  const known = items.find((c) => sameName(c.name, other.name));
  if (known) return known.id;
  const made = await answer(api.POST('/contacts', { body: { kind, name: other.name, types: ['client'] } }));
  return made.id;
}
