import type { OfficeUser } from '@/api/schema';
import { personValues } from './declare';

/** differences of a person as the settings show him, by the office file's fields. */
export function differences(was: OfficeUser, now: OfficeUser): { field: string; from: unknown; to: unknown }[] {
  const [before, after] = [personValues(was), personValues(now)];
  const fields = Object.keys(before) as (keyof typeof before)[];
  return fields.filter((field) => before[field] !== after[field]).map((field) => ({ field, from: before[field], to: after[field] }));
}
