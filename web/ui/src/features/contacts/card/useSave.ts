import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { isConflict } from '@/api/problem';
import type { Contact } from '@/api/schema';
import { useNameOf } from '@/parts/people/nameOf';
import { errorWords } from '@/ui/errorWords';
import { complainInWords, notice } from '@/ui/notice';
import { type Existing, existingOf } from '../existing';
import { applied, bodyOf, type Change, clash, inverse } from './change';

/** A change that somebody else's change stands against. */
export interface Clash {
  change: Change;
  /** The card as the other has left it. */
  now: Contact;
}

interface Order {
  change: Change;
  /** The card that was seen when the change was begun. */
  base: Contact;
  force?: boolean;
}

/** save: undefined when it is done or asks on its own; else why not, in words for the field. */
export type Save = (change: Change, base: Contact, force?: boolean) => Promise<string | undefined>;

class Clashed extends Error {
  constructor(readonly now: Contact) {
    super('somebody else has changed the same');
  }
}

/** useSave saves changes of a card one after the other, shows them at once, and gives a way back. */
export function useSave(id: string) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const names = useNameOf();
  const [clashes, setClashes] = useState<Clash[]>([]);
  const [taken, setTaken] = useState<{ order: Order; existing: Existing[] }>();
  const key = keys.contacts.one(id);
  const { mutateAsync } = useMutation({
    scope: { id: `contact.${id}` }, // one after the other: each is based on the one before
    mutationFn: (order: Order) => patch(id, order, cache.getQueryData<Contact>(key)?.version ?? order.base.version),
  });

  const save: Save = useCallback(
    async (change, base, force) => {
      const shown = cache.getQueryData<Contact>(key) ?? base;
      if (clash(base, shown, change)) {
        setClashes((list) => [...list, { change, now: shown }]);
        return undefined;
      }
      cache.setQueryData(key, applied(shown, change, names));
      try {
        const after = await mutateAsync({ change, base, force });
        // A colleague's event may have brought a newer one already.
        cache.setQueryData<Contact>(key, (c) => (c && c.version > after.version ? c : after));
        const back = inverse(shown, after, change);
        if (back) notice(t('contacts.saved'), () => save(back, after, true).then((why) => why && complainInWords(why)));
        return undefined;
      } catch (err) {
        if (err instanceof Clashed) {
          cache.setQueryData(key, err.now);
          setClashes((list) => [...list, { change, now: err.now }]);
          return undefined;
        }
        cache.setQueryData<Contact>(key, (c) => (c && c.version === shown.version ? shown : c));
        const existing = existingOf(err);
        if (existing) {
          setTaken({ order: { change, base }, existing });
          return undefined;
        }
        return errorWords(t, err);
      }
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- key is made of id
    [cache, id, mutateAsync, names, t],
  );
  return {
    save,
    clashes,
    settle: (rest: Clash[] = []) => setClashes(rest),
    /** A number that other cards have: what was to be saved, and those cards. */
    taken,
    leave: () => setTaken(undefined),
  };
}

/** Sends a change; when only other things were changed meanwhile, once more on top of them. */
async function patch(id: string, { change, base, force }: Order, version: number): Promise<Contact> {
  const send = (v: number) => answer(api.PATCH('/contacts/{id}', { params: { path: { id } }, body: { ...bodyOf(change), version: v, force } }));
  for (let tries = 0; ; tries++) {
    try {
      return await send(version);
    } catch (err) {
      if (!isConflict(err) || err.field !== 'version' || tries === 3) throw err;
      const now = await answer(api.GET('/contacts/{id}', { params: { path: { id } } }));
      if (clash(base, now, change)) throw new Clashed(now);
      version = now.version;
    }
  }
}
