import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { answer, api } from '@/api/client';
import { ApiProblem, Offline } from '@/api/problem';
import { useSession } from '@/api/session';
import { newId } from '@/ui/id';
import { Draft, type Kept } from './draft';

/** Where a note stands: on a card, with the call that it is about, or on a call that has no card. */
export type NotePlace = { contact: string; call?: string } | { call: string; contact?: undefined };

/** useDraft gives the note that the user is typing at a place; tabs of one person share it. */
export function useDraft(place: NotePlace): Draft {
  const { user } = useSession();
  const { contact, call } = place;
  const key = `callcard.note.${user.login}.${contact ?? `call.${call}`}`;
  const draft = useMemo(
    () =>
      new Draft({
        load: () => read(localStorage.getItem(key)),
        keep: (k) => (k ? localStorage.setItem(key, JSON.stringify(k)) : localStorage.removeItem(key)),
        send: (id, body) =>
          contact
            ? answer(api.POST('/contacts/{id}/notes', { params: { path: { id: contact } }, body: { id, body, call_id: call } }))
            : answer(api.POST('/calls/{id}/notes', { params: { path: { id: call! } }, body: { id, body } })),
        remove: (note) =>
          contact
            ? answer(api.DELETE('/contacts/{id}/notes/{note}', { params: { path: { id: contact, note } } }))
            : answer(api.DELETE('/calls/{id}/notes/{note}', { params: { path: { id: call!, note } } })),
        newId,
        passing: (err) => err instanceof Offline || (err instanceof ApiProblem && (err.status === 401 || err.status === 429 || err.status >= 500)),
      }),
    [key, contact, call],
  );
  useEffect(() => {
    const other = (e: StorageEvent) => e.key === key && draft.follow(read(e.newValue));
    const send = () => void draft.flush();
    const leave = () => document.visibilityState === 'hidden' && void draft.flush();
    window.addEventListener('storage', other);
    window.addEventListener('online', send);
    document.addEventListener('visibilitychange', leave);
    return () => {
      window.removeEventListener('storage', other);
      window.removeEventListener('online', send);
      document.removeEventListener('visibilitychange', leave);
      draft.close();
    };
  }, [key, draft]);
  return draft;
}

/** useDraftState gives a part of a draft and follows its changes. */
export function useDraftState<T>(draft: Draft, pick: (d: Draft) => T): T {
  return useSyncExternalStore(draft.watch, () => pick(draft));
}

function read(text: string | null): Kept | undefined {
  try {
    const k = JSON.parse(text ?? 'null') as Kept | null;
    return k && typeof k.id === 'string' && typeof k.text === 'string' ? k : undefined;
  } catch {
    return undefined; // something else has been written there
  }
}
