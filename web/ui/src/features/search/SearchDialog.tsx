import { Modal, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAddressBook, IconArrowRight, IconPhoneCall, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Call, Contact } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { errorWords } from '@/ui/errorWords';
import { prettyPhone } from '@/ui/phone';
import { type Command, matching } from './commands';
import classes from './Search.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  commands: () => Command[];
  onOpen: (path: string) => void;
}

interface Entry {
  id: string;
  group: 'contacts' | 'calls' | 'commands';
  icon: ReactNode;
  title: string;
  note?: string;
  run: () => unknown;
}

/** SearchDialog finds people, calls and commands while one types; arrows and Enter choose. */
export default function SearchDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened={opened} onClose={onClose} size={620} yOffset="8dvh" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('search.label')} radius="lg">
        <Search onClose={onClose} {...rest} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Search({ onClose, commands, onOpen }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [pointed, setPointed] = useState<string>(); // by id: results that come in do not move the choice
  const [waits, setWaits] = useState(false); // Enter came before the answer
  const list = useId();
  const q = useDebouncedValue(typed.trim(), 120)[0];
  const found = useQuery({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => answer(api.GET('/search', { params: { query: { q } }, signal })),
    enabled: q.length > 1,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const entries = useEntries(typed, q.length > 1 ? found.data : undefined, commands, onOpen);
  const chosen = Math.max(0, entries.findIndex((e) => e.id === pointed));
  const words = typed.trim();
  // What is shown answers what is typed, not the words before.
  const answered = q === words && (q.length < 2 || found.isError || (found.isSuccess && !found.isPlaceholderData));

  const choose = (e: Entry) => {
    onClose();
    void e.run();
  };
  const type = (text: string) => {
    setTyped(text);
    setPointed(undefined);
    setWaits(false);
  };
  const enter = useRef(() => {});
  enter.current = () => {
    setWaits(false);
    if (entries[chosen]) choose(entries[chosen]);
  };
  useEffect(() => {
    if (waits && answered) enter.current();
  }, [waits, answered]);
  const onKey = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && entries.length) {
      e.preventDefault();
      setPointed(entries[(chosen + step + entries.length) % entries.length]!.id);
    }
    if (e.key === 'Enter') {
      e.preventDefault();
      setWaits(true);
    }
  };

  return (
    <div onKeyDown={onKey}>
      <div className={classes.field}>
        <IconSearch size={18} stroke={1.7} aria-hidden />
        <input
          className={classes.input}
          value={typed}
          onChange={(e) => type(e.currentTarget.value)}
          placeholder={t('search.placeholder')}
          aria-label={t('search.placeholder')}
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={entries[chosen] ? `${list}-${chosen}` : undefined}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      </div>
      <div id={list} role="listbox" aria-label={t('search.results')} className={classes.list}>
        {entries.map((e, i) => (
          <Row key={e.id} id={`${list}-${i}`} entry={e} first={entries[i - 1]?.group !== e.group} chosen={i === chosen} onPoint={() => setPointed(e.id)} onChoose={() => choose(e)} />
        ))}
      </div>
      <Text size="sm" c="dimmed" px="md" py={entries.length ? 0 : 'lg'} role="status" className={classes.status}>
        {found.isError ? errorWords(t, found.error) : entries.length === 0 && !found.isFetching ? t('search.nothing') : ''}
      </Text>
    </div>
  );
}

function Row({ id, entry, first, chosen, onPoint, onChoose }: { id: string; entry: Entry; first: boolean; chosen: boolean; onPoint: () => void; onChoose: () => void }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <>
      {first && (
        <div className={classes.group} role="presentation">
          {t(`search.groups.${entry.group}`)}
        </div>
      )}
      <div ref={ref} id={id} role="option" aria-selected={chosen} className={classes.entry} onMouseMove={onPoint} onClick={onChoose}>
        {entry.icon}
        <span className={classes.title}>{entry.title}</span>
        {entry.note && <span className={classes.note}>{entry.note}</span>}
      </div>
    </>
  );
}

function useEntries(typed: string, found: { contacts: Contact[]; calls: Call[] } | undefined, commands: () => Command[], onOpen: (path: string) => void): Entry[] {
  const format = useFormat();
  return useMemo(() => {
    const icon = { size: 16, stroke: 1.6, 'aria-hidden': true } as const;
    const contacts = (found?.contacts ?? []).map((c): Entry => ({
      id: `contact ${c.id}`,
      group: 'contacts',
      icon: <IconAddressBook {...icon} />,
      title: c.name,
      note: c.phones[0] === undefined || c.phones[0] === c.name ? undefined : prettyPhone(c.phones[0]),
      run: () => onOpen(`/contacts/${c.id}`),
    }));
    const calls = (found?.calls ?? []).map((c): Entry => ({
      id: `call ${c.id}`,
      group: 'calls',
      icon: <IconPhoneCall {...icon} />,
      title: c.contact_name || prettyPhone(c.direction === 'outbound' ? c.to : c.from),
      note: format.when(c.started_at),
      run: () => onOpen(`/calls/${c.id}`),
    }));
    const rest = matching(commands(), typed).map((c): Entry => ({ id: c.id, group: 'commands', icon: <IconArrowRight {...icon} />, title: c.label, run: c.run }));
    return [...contacts, ...calls, ...rest];
  }, [typed, found, commands, onOpen, format]);
}
