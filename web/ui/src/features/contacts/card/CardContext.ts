import { createContext, useContext, useEffect, useState } from 'react';
import type { Contact } from '@/api/schema';
import { useLiveStore } from '@/live/store';
import type { Save } from './useSave';

interface Card {
  contact: Contact;
  mayEdit: boolean;
  save: Save;
  /** Who has changed the card while it was open. */
  otherEditor?: string;
}

export const CardContext = createContext<Card | undefined>(undefined);

export function useCard(): Card {
  const card = useContext(CardContext);
  if (!card) throw new Error('this is a part of a card');
  return card;
}

/** useOtherEditor names the colleague who has changed the card last while it was open. */
export function useOtherEditor(id: string, me: string): string | undefined {
  const store = useLiveStore();
  const [name, setName] = useState<string>();
  useEffect(
    () => store.hear((e) => e.type === 'contact.changed' && e.data.id === id && e.data.by !== me && e.data.by_name && setName(e.data.by_name)),
    [store, id, me],
  );
  return name;
}
