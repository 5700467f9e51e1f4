import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { answer, api } from '@/api/client';
import { ApiProblem, isAway, isSignedOut } from '@/api/problem';
import { useSession } from '@/api/session';
import { newId } from '@/ui/id';
import { Draft, type Kept, type World } from './draft';

const shelf = 'callcard.note.';
const most = 50;

/** Where a note stands: on a card, with the call that it is about, or on a call that has no card. */
export type NotePlace = { contact: string; call?: string } | { call: string; contact?: undefined };

/** useDraft gives the note that the user is typing at a place; tabs of one person share it. */
export function useDraft(place: NotePlace): Draft {
  const { user } = useSession();
  const { contact, call } = place;
  const key = `${shelf}${user.login}.${contact ?? `call.${call}`}`;
  const draft = useMemo(
    () =>
      oneDraft(key, {
        load: () => read(localStorage.getItem(key)),
        keep(k) {
          if (!k) return localStorage.removeItem(key);
          localStorage.setItem(key, JSON.stringify(k));
          tidy(localStorage);
        },
        send: (id, body) =>
          contact
            ? answer(api.POST('/contacts/{id}/notes', { params: { path: { id: contact } }, body: { id, body, call_id: call } }))
            : answer(api.POST('/calls/{id}/notes', { params: { path: { id: call! } }, body: { id, body } })),
        remove: (note) =>
          contact
            ? answer(api.DELETE('/contacts/{id}/notes/{note}', { params: { path: { id: contact, note } } }))
            : answer(api.DELETE('/calls/{id}/notes/{note}', { params: { path: { id: call!, note } } })),
        newId,
        passing: (err) => isAway(err) || isSignedOut(err) || (err instanceof ApiProblem && err.status === 429),
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

const drafts = new Map<string, Draft>();

/**
 * oneDraft gives the one draft of a place. One that is not sent yet outlives its screen
 * and goes on trying; two with the same note would overwrite each other.
 */
export function oneDraft(key: string, world: World): Draft {
  const unsent = drafts.get(key);
  if (unsent && !unsent.done) return unsent;
  const draft = new Draft(world);
  drafts.set(key, draft);
  return draft;
}

/** tidy takes the oldest notes that the server has off a full shelf: on every call one is left behind. */
export function tidy(storage: Storage) {
  const names = Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? '').filter((name) => name.startsWith(shelf));
  if (names.length <= most) return;
  const kept = names.map((name) => ({ name, note: read(storage.getItem(name)) }));
  const done = kept.filter(({ note }) => !note || note.text === note.sent);
  done.sort((a, b) => (a.note?.at ?? 0) - (b.note?.at ?? 0));
  for (const { name } of done.slice(0, names.length - most)) storage.removeItem(name);
}

function read(text: string | null): Kept | undefined {
  try {
    const k = JSON.parse(text ?? 'null') as Kept | null;
    return k && typeof k.id === 'string' && typeof k.text === 'string' ? k : undefined;
  } catch {
    return undefined; // something else has been written there
  }
}
