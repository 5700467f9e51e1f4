import type { Channel, ChannelInput, Contact, PatchContactInputBody } from '@/api/schema';

/** The facts of a card that are one value each. */
export type Field = 'kind' | 'name' | 'types' | 'tin' | 'lang' | 'tz' | 'owner' | 'office_id' | `custom.${string}`;

/** Change is one thing that a person changes of a card. */
export type Change = { field: Field; value: unknown } | { add: ChannelInput } | { edit: Channel } | { remove: string };

/** bodyOf is a change as the server takes it. */
export function bodyOf(change: Change): Omit<PatchContactInputBody, 'version'> {
  if ('add' in change) return { add: [change.add] };
  if ('edit' in change) return { edit: [{ id: change.edit.id, ...inputOf(change.edit) }] };
  if ('remove' in change) return { remove: [change.remove] };
  const key = customKey(change.field);
  return key === undefined ? { [change.field]: change.value } : { custom: { [key]: change.value === '' ? null : change.value } };
}

/** inputOf is a number or address as it would be typed. */
const inputOf = ({ kind, raw, ext, is_shared, status, label }: Channel): ChannelInput => ({
  kind,
  raw,
  ext: ext || undefined,
  is_shared: is_shared || undefined,
  status: (status || undefined) as ChannelInput['status'],
  label: label || undefined,
});

/** valueOf is what a card says about the thing that a change changes; undefined: nothing. */
export function valueOf(c: Contact, change: Change): unknown {
  if ('add' in change) return undefined;
  if ('edit' in change) return c.channels.find((ch) => ch.id === change.edit.id);
  if ('remove' in change) return c.channels.find((ch) => ch.id === change.remove);
  const key = customKey(change.field);
  return key === undefined ? c[change.field as keyof Contact] : c.custom[key];
}

/** wanted is what the card should say after a change. */
export function wanted(change: Change): unknown {
  if ('edit' in change) return change.edit;
  return 'field' in change ? change.value : undefined;
}

/** applied is the card as it will be, shown before the server has answered. `names` names people by login. */
export function applied(c: Contact, change: Change, names: (login: string) => string): Contact {
  if ('add' in change) return c; // the server gives it its form and its id
  if ('edit' in change) return { ...c, channels: c.channels.map((ch) => (ch.id === change.edit.id ? change.edit : ch)) };
  if ('remove' in change) return { ...c, channels: c.channels.filter((ch) => ch.id !== change.remove) };
  const { field, value } = change;
  const key = customKey(field);
  if (key !== undefined) return { ...c, custom: { ...c.custom, [key]: value } };
  if (field === 'owner') return { ...c, owner: value as string, owner_name: value ? names(value as string) : '' };
  return { ...c, [field]: value, auto_created: false };
}

/** inverse is the change that takes `change` back; undefined: nothing was changed. */
export function inverse(before: Contact, after: Contact, change: Change): Change | undefined {
  if ('add' in change) {
    const made = after.channels.find((ch) => !before.channels.some((old) => old.id === ch.id));
    return made && { remove: made.id };
  }
  const was = valueOf(before, change);
  if ('field' in change) return same(was, valueOf(after, change)) ? undefined : { field: change.field, value: was ?? empty(change.field) };
  if (!was) return undefined;
  return 'edit' in change ? { edit: was as Channel } : { add: inputOf(was as Channel) };
}

/**
 * clash: since `base` was seen, somebody has changed the very thing to something else
 * than what is wanted. Other things that were changed meanwhile don't matter.
 */
export function clash(base: Contact, now: Contact, change: Change): boolean {
  const is = valueOf(now, change);
  return !same(valueOf(base, change), is) && !same(is, wanted(change));
}

/** mineOver is the change that puts mine in place of theirs: what they removed is added again. */
export function mineOver(now: Contact, change: Change): Change {
  return 'edit' in change && !valueOf(now, change) ? { add: inputOf(change.edit) } : change;
}

const customKey = (field: Field) => (field.startsWith('custom.') ? field.slice('custom.'.length) : undefined);
const empty = (field: Field) => (field === 'types' ? [] : '');

// What is missing and what is empty mean the same on a card.
function same(a: unknown, b: unknown): boolean {
  const plain = (x: unknown) => JSON.stringify(Array.isArray(x) ? [...(x as string[])].sort() : (x ?? ''));
  return plain(a) === plain(b);
}
