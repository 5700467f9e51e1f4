import type { Contact } from '@/api/schema';

/** Other is the card at the far end of a link: one that is there, or one that is made when there is no id. */
export interface Other {
  id?: string;
  name: string;
}

/** othersFor is what may be chosen for what was typed: cards that are not linked yet, and whether a new one can be made. */
export function othersFor(typed: string, found: Contact[], linked: string[]): { cards: Contact[]; create: boolean } {
  const name = typed.trim();
  return { cards: found.filter((c) => !linked.includes(c.id)), create: name !== '' && !found.some((c) => sameName(c.name, name)) };
}

/** chosenBy is what was meant by who typed a name and chose nothing: the one card that is called so, else a new one. */
export function chosenBy(typed: string, found: Contact[], linked: string[]): Other | undefined {
  const name = typed.trim();
  const called = found.filter((c) => sameName(c.name, name));
  const only = called.length === 1 && !linked.includes(called[0]!.id) ? called[0] : undefined;
  if (only) return { id: only.id, name: only.name };
  return name !== '' && called.length === 0 ? { name } : undefined;
}

export const sameName = (a: string, b: string) => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();

/** ends are the ids of a link between a card and another one. */
export const ends = (card: Pick<Contact, 'id' | 'kind'>, other: string) =>
  card.kind === 'person' ? { person: card.id, company: other } : { person: other, company: card.id };
