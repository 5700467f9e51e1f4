import { Checkbox, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Candidate } from '@/api/schema';
import { candidateWords } from '@/parts/call/reasons';
import { prettyPhone } from '@/ui/phone';
import { useKeys } from '@/ui/useKeys';
import classes from './ContactPicker.module.css';

export interface Choice {
  contactId: string;
  name: string;
  /** The number belongs to this card from now on. */
  remember: boolean;
}

interface Props {
  /** Cards that share the number, best first: keys 1 to 9 choose one. */
  candidates?: Candidate[];
  /** The card that is chosen now. */
  chosen?: string;
  /** There is a number that the choice can be remembered for. */
  canRemember: boolean;
  busy?: boolean;
  onChoose: (choice: Choice) => void;
}

/** ContactPicker chooses a card: one of those that share the number, or any other by name or number. */
export function ContactPicker({ candidates = [], chosen, canRemember, busy = false, onChoose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [remember, setRemember] = useState(false);
  const [asked] = useDebouncedValue(typed.trim(), 200);
  const { data, isFetching } = useQuery({
    queryKey: keys.contacts.list({ q: asked, limit: 8 }),
    queryFn: ({ signal }) => answer(api.GET('/contacts', { params: { query: { q: asked, limit: 8 } }, signal })),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const found = asked === '' ? [] : (data?.items ?? []);
  const choose = (contactId: string, name: string) => {
    if (!busy) onChoose({ contactId, name, remember: canRemember && remember });
  };
  useKeys(Object.fromEntries(candidates.slice(0, 9).map((c, n) => [String(n + 1), () => choose(c.contact, c.name)])));

  return (
    <div className={classes.picker} aria-busy={busy}>
      {candidates.length > 0 && (
        <ul className={classes.list} aria-label={t('contactPicker.candidates')}>
          {candidates.map((c, n) => (
            <li key={c.contact}>
              <button type="button" className={classes.card} aria-current={c.contact === chosen || undefined} onClick={() => choose(c.contact, c.name)}>
                <kbd className={classes.key}>{n < 9 ? n + 1 : ''}</kbd>
                <span className={classes.name}>{c.name}</span>
                <span className={classes.why}>{candidateWords(t, c.reason)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextInput
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        placeholder={t('contactPicker.search')}
        aria-label={t('contactPicker.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      <p className={classes.status} role="status">
        {asked !== '' && !isFetching && found.length === 0 ? t('contactPicker.nothing') : ''}
      </p>
      {found.length > 0 && (
        <ul className={classes.list} aria-label={t('contactPicker.found')}>
          {found.map((c) => (
            <li key={c.id}>
              <button type="button" className={classes.card} onClick={() => choose(c.id, c.name)}>
                <span className={classes.name}>{c.name}</span>
                <span className={classes.why}>{c.phones[0] && prettyPhone(c.phones[0])}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {canRemember && <Checkbox size="xs" label={t('contactPicker.remember')} checked={remember} onChange={(e) => setRemember(e.currentTarget.checked)} />}
    </div>
  );
}
