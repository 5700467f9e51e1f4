import { Button, Skeleton } from '@mantine/core';
import { IconAddressBook, IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { Broken } from '@/ui/Broken';
import { EmptyState } from '@/ui/EmptyState';
import { Rows } from '@/ui/Rows';
import { useKeys } from '@/ui/useKeys';
import { contactsQuery } from '../queries';
import { useContactColumns } from './columns';
import classes from './ContactList.module.css';
import { ListBar } from './ListBar';
import { NarrowRow } from './NarrowRow';
import { type ListSearch, narrowed } from './search';

interface Props {
  search: ListSearch;
  /** Puts a change into the address. */
  onSearch: (change: Partial<ListSearch>) => void;
}

/** ContactList finds a client by anything one may know of him. */
export function ContactList({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const { data, error, isPending, isPlaceholderData, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useInfiniteQuery(
    contactsQuery(search, session.user.login),
  );
  const contacts = data?.pages.flatMap((p) => p.items) ?? [];
  const open = useCallback((c: Contact) => void navigate({ to: '/contacts/$id', params: { id: c.id } }), [navigate]);
  const columns = useContactColumns(search.sort ?? 'last_touch', (sort) => onSearch({ sort }));
  const mayCreate = can(session, 'contacts', 'create');
  const create = () => onSearch({ new: true });
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);

  useKeys({ '/': () => field.current?.select(), n: mayCreate ? create : undefined });

  const into = (openIt: boolean) => {
    if (openIt && contacts[0] && !isPlaceholderData && field.current?.value.trim() === (search.q ?? '')) open(contacts[0]);
    else if (!openIt) screen.current?.querySelector<HTMLElement>('[data-index] a')?.focus();
  };

  return (
    <div className={classes.screen} ref={screen}>
      <h1 className={classes.title}>{t('contacts.list.title')}</h1>
      <ListBar search={search} onChange={onSearch} onNew={mayCreate ? create : undefined} onInto={into} field={field} />
      {isPending ? (
        <Waiting />
      ) : error && contacts.length === 0 ? (
        <Broken error={error} reset={() => void refetch()} />
      ) : (
        <Rows
          label={t('contacts.list.title')}
          columns={columns}
          rows={contacts}
          id={(c) => c.id}
          onOpen={open}
          href={(c) => router.buildLocation({ to: '/contacts/$id', params: { id: c.id } }).href}
          narrow={(c) => <NarrowRow contact={c} />}
          onEnd={more}
          more={hasNextPage}
          failed={isFetchNextPageError}
          empty={
            narrowed(search) ? (
              <EmptyState
                icon={<IconSearchOff size={32} stroke={1.5} />}
                title={t('contacts.list.nothing')}
                hint={t('contacts.list.nothingHint')}
                action={<Button variant="default" onClick={() => onSearch({ q: undefined, kind: undefined, type: undefined, owner: undefined })}>{t('contacts.list.showAll')}</Button>}
              />
            ) : (
              <EmptyState
                icon={<IconAddressBook size={32} stroke={1.5} />}
                title={t('contacts.list.empty')}
                hint={t('contacts.list.emptyHint')}
                action={mayCreate && <Button onClick={create}>{t('contacts.list.new')}</Button>}
              />
            )
          }
        />
      )}
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('ui.loading')} className={classes.waiting}>
      {Array.from({ length: 14 }, (_, n) => (
        <Skeleton key={n} h={14} w={`${92 - ((n * 17) % 40)}%`} />
      ))}
    </div>
  );
}
