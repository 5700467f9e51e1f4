import { Button, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '@/api/schema';
import { EmptyState } from '@/ui/EmptyState';
import { errorWords } from '@/ui/errorWords';
import { useEnd } from '@/ui/useEnd';
import { timelineQuery } from '../../queries';
import { type ActivityKind, activityKinds } from '../kinds';
import { CallLine } from './CallLine';
import { byDay } from './days';
import { NoteLine } from './NoteLine';
import { OtherLine } from './OtherLine';
import classes from './Timeline.module.css';
import { useDayWords } from './useDayWords';

/** Timeline is what happened with a client, newest first. `typing` is the note that stands in the editor above. */
export function Timeline({ contact, typing }: { contact: string; typing?: string }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ActivityKind>();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useInfiniteQuery(timelineQuery(contact, kind));
  const dayWords = useDayWords();
  const seen = (x: Activity) => x.id !== typing;
  const pinned = kind === 'call' ? [] : (data?.pages[0]?.pinned ?? []).filter(seen);
  const items = (data?.pages.flatMap((p) => p.items) ?? []).filter((x) => seen(x) && !pinned.some((on) => on.id === x.id));
  const end = useEnd(() => void fetchNextPage(), hasNextPage && !isFetchingNextPage && !isFetchNextPageError);
  return (
    <section aria-label={t('contacts.timeline.title')} className={classes.timeline}>
      <SegmentedControl
        aria-label={t('contacts.timeline.kind')}
        size="xs"
        data={[{ value: '', label: t('contacts.timeline.all') }, ...activityKinds.map((k) => ({ value: k, label: t(`contacts.timeline.kinds.${k}`) }))]}
        value={kind ?? ''}
        onChange={(k) => setKind(activityKinds.find((x) => x === k))}
        className={classes.kinds}
      />
      {isPending && <Waiting />}
      {error && items.length === 0 && (
        <EmptyState title={t('ui.error.title')} hint={errorWords(t, error)} action={<Button onClick={() => void refetch()}>{t('ui.retry')}</Button>} />
      )}
      {pinned.length > 0 && (
        <div className={classes.pinned}>
          <h2 className={classes.day}>{t('contacts.timeline.pinned')}</h2>
          {pinned.map((x) => (
            <NoteLine key={x.id} contact={contact} note={x} />
          ))}
        </div>
      )}
      {data && items.length + pinned.length === 0 && (
        <EmptyState icon={<IconHistory size={32} stroke={1.5} />} title={t('contacts.timeline.empty')} hint={t('contacts.timeline.emptyHint')} />
      )}
      {byDay(items).map(([day, lines]) => (
        <div key={day}>
          <h2 className={classes.day}>{dayWords(day)}</h2>
          {lines.map((x) => (
            <Line key={x.id} contact={contact} line={x} />
          ))}
        </div>
      ))}
      <div ref={end} className={classes.end} role="status">
        {isFetchingNextPage && `${t('ui.loading')}…`}
        {isFetchNextPageError && !isFetchingNextPage && (
          <>
            {t('ui.moreFailed')}
            <Button variant="subtle" size="compact-sm" onClick={() => void fetchNextPage()}>
              {t('ui.retry')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

function Line({ contact, line }: { contact: string; line: Activity }) {
  if (line.kind === 'call') return <CallLine line={line} />;
  if (line.kind === 'note') return <NoteLine contact={contact} note={line} />;
  return <OtherLine line={line} />;
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Stack gap={0} role="status" aria-label={t('ui.loading')} pt={32}>
      {Array.from({ length: 6 }, (_, n) => (
        <div key={n} className={classes.skeleton}>
          <Skeleton h={14} w={`${80 - ((n * 13) % 30)}%`} />
        </div>
      ))}
    </Stack>
  );
}
