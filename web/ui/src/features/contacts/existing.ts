import { isConflict } from '@/api/problem';

/** A card that has a number already, as a 409 names it. */
export interface Existing {
  id: string;
  name: string;
  phone: string;
}

/** existingOf gives the cards because of which a number was refused; undefined: it was refused for something else. */
export function existingOf(err: unknown): Existing[] | undefined {
  if (!isConflict(err)) return undefined;
  const { existing } = err.meta;
  return Array.isArray(existing) ? (existing as Existing[]) : undefined;
}
