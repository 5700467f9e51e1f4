import { Button, Skeleton } from '@mantine/core';
import { IconPhoneCall, IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { useLive } from '@/live/store';
import { Broken } from '@/ui/Broken';
import { EmptyState } from '@/ui/EmptyState';
import { Rows } from '@/ui/Rows';
import { useKeys } from '@/ui/useKeys';
import { callsQuery } from '../queries';
import classes from './CallList.module.css';
import { useCallColumns } from './columns';
import { type CallFilter, changed } from './filter';
import { withGoing } from './going';
import { ListBar } from './ListBar';
import { NarrowRow } from './NarrowRow';
import { NowPlaying } from './NowPlaying';
import { useToday } from '@/ui/useToday';

interface Props {
  filter: CallFilter;
  /** Puts a filter into the address. */
  onFilter: (filter: CallFilter) => void;
}

/** CallList is the history of calls; what goes on at this moment stands on top and ticks. */
export function CallList({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const [playing, setPlaying] = useState<Call>();
  const today = useToday();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useInfiniteQuery(callsQuery(filter, today));
  const live = useLive((p) => p.calls);
  const calls = useMemo(() => withGoing(data?.pages.flatMap((p) => p.items) ?? [], live, filter), [data, live, filter]);
  const sources = useMemo(() => calls.flatMap((c) => c.source ?? []), [calls]);
  const columns = useCallColumns(playing?.id, setPlaying);
  const open = useCallback((c: Call) => void navigate({ to: '/calls/$id', params: { id: c.id } }), [navigate]);
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);

  useKeys({ '/': () => field.current?.select() });

  const empty =
    Object.keys(filter).length > 0 ? (
      <EmptyState
        icon={<IconSearchOff size={32} stroke={1.5} />}
        title={t('calls.nothing')}
        hint={t('calls.nothingHint')}
        action={
          <Button variant="default" onClick={() => onFilter({})}>
            {t('calls.showAll')}
          </Button>
        }
      />
    ) : (
      <EmptyState icon={<IconPhoneCall size={32} stroke={1.5} />} title={t('calls.empty')} hint={t('calls.emptyHint')} />
    );

  return (
    <div className={classes.screen} ref={screen}>
      <h1 className={classes.title}>{t('calls.title')}</h1>
      <ListBar
        filter={filter}
        onChange={(change) => onFilter(changed(filter, change))}
        onChoose={onFilter}
        sources={sources}
        onInto={() => screen.current?.querySelector<HTMLElement>('[data-index] a')?.focus()}
        field={field}
      />
      {isPending ? (
        <Waiting />
      ) : error && calls.length === 0 ? (
        <Broken error={error} reset={() => void refetch()} />
      ) : (
        <Rows
          label={t('calls.title')}
          columns={columns}
          rows={calls}
          id={(c) => c.id}
          onOpen={open}
          href={(c) => router.buildLocation({ to: '/calls/$id', params: { id: c.id } }).href}
          narrow={(c) => <NarrowRow call={c} />}
          onEnd={more}
          more={hasNextPage}
          failed={isFetchNextPageError}
          empty={empty}
        />
      )}
      {playing && <NowPlaying call={playing} onClose={() => setPlaying(undefined)} />}
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
