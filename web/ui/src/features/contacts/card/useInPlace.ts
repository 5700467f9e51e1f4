import { useState } from 'react';
import type { Contact } from '@/api/schema';
import { useCard } from './CardContext';
import { type Change, clash } from './change';

/**
 * useInPlace is a value that turns into a field and back: what is typed stays as it is
 * whatever comes from elsewhere, and it comes back with the reason when it can't be
 * saved.
 */
export function useInPlace<T>(value: T, toChange: (value: T) => Change) {
  const { contact, save } = useCard();
  const [editing, setEditing] = useState<{ base: Contact; typed: T; error?: string } | undefined>();
  return {
    editing: editing !== undefined,
    typed: editing ? editing.typed : value,
    error: editing?.error,
    /** A colleague has changed the very value since one began. */
    overtaken: editing !== undefined && clash(editing.base, contact, toChange(editing.typed)),
    open: () => setEditing({ base: contact, typed: value }),
    type: (typed: T) => setEditing((e) => e && { base: e.base, typed }),
    cancel: () => setEditing(undefined),
    /** Saves what is typed, or what is chosen. */
    async commit(typed: T) {
      if (!editing) return;
      setEditing(undefined);
      const { base } = editing;
      if (JSON.stringify(typed) === JSON.stringify(value) && editing.error === undefined) return;
      const error = await save(toChange(typed), base);
      if (error) setEditing({ base, typed, error });
    },
  };
}
