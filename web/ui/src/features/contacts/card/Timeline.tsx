import { Button, SegmentedControl, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { can, useSession } from '@/api/session';
import type { Activity } from '@/api/schema';
import { NoteEditor } from '@/parts/notes/NoteEditor';
import { useDraft, useDraftState } from '@/parts/notes/useDraft';
import { EmptyState } from '@/ui/EmptyState';
import { errorWords } from '@/ui/errorWords';
import { complain, notice } from '@/ui/notice';
import { useKeys } from '@/ui/useKeys';
import { timelineQuery } from '../queries';
import { ActivityLine } from './ActivityLine';
import { type ActivityKind, activityKinds } from './kinds';
import classes from './Timeline.module.css';

interface Props {
  contact: string;
  /** The call that goes on: a note that is written now is about it. */
  call?: string;
  player: (a: Activity) => ReactNode;
  onOpen: (path: string) => void;
}

/** Timeline is everything that happened with a client, newest first, and the place to write about it. */
export function Timeline({ contact, call, player, onOpen }: Props) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ActivityKind | 'all'>('all');
  const list = useInfiniteQuery(timelineQuery(contact, kind === 'all' ? undefined : kind));
  const draft = useDraft({ contact, call });
  const typing = useDraftState(draft, (d) => d.noteId);
  const field = useRef<HTMLTextAreaElement>(null);
  const session = useSession();
  const mayWrite = can(session, 'contacts', 'update');
  useKeys({ n: mayWrite ? () => field.current?.focus() : undefined });

  // What is being typed stands in its field, not in the list too.
  const shown = (items: Activity[]) => items.filter((a) => a.id !== typing);
  const pinned = shown(list.data?.pages[0]?.pinned ?? []);
  const rest = shown(list.data?.pages.flatMap((page) => page.items) ?? []).filter((a) => !a.pinned);
  const line = (a: Activity) => <ActivityLine key={a.id} activity={a} player={player} onOpen={onOpen} onPin={pin} onRemove={remove} />;

  const path = (a: Activity) => ({ params: { path: { id: contact, note: a.id } } });
  const pin = (a: Activity) => {
    answer(api.PATCH('/contacts/{id}/notes/{note}', { ...path(a), body: { pinned: !a.pinned } })).catch(complain);
  };
  const remove = async (a: Activity) => {
    try {
      await answer(api.DELETE('/contacts/{id}/notes/{note}', path(a)));
      const again = { id: a.id, body: a.body ?? '', call_id: a.call_id };
      notice(t('contacts.timeline.removed'), () => answer(api.POST('/contacts/{id}/notes', { params: { path: { id: contact } }, body: again })).catch(complain));
    } catch (err) {
      complain(err);
    }
  };

  return (
    <div className={classes.timeline}>
      {mayWrite && <NoteEditor draft={draft} inputRef={field} />}
      <div className={classes.bar}>
        <VisuallyHidden component="h3">{t('contacts.timeline.title')}</VisuallyHidden>
        <SegmentedControl
          size="xs"
          aria-label={t('contacts.timeline.filter')}
          value={kind}
          onChange={setKind}
          data={(['all', ...activityKinds] as const).map((k) => ({ value: k, label: t(`contacts.timeline.kind.${k}`) }))}
        />
      </div>
      {list.isPending && (
        <Stack gap="xs" aria-busy>
          {[0, 1, 2, 3].map((n) => (
            <Skeleton key={n} h={40} />
          ))}
        </Stack>
      )}
      {list.isError && (
        <EmptyState title={errorWords(t, list.error)} action={<Button onClick={() => void list.refetch()}>{t('ui.retry')}</Button>} />
      )}
      {pinned.length > 0 && (
        <ul className={`${classes.list} ${classes.pinned}`} aria-label={t('contacts.timeline.pinned')}>
          {pinned.map(line)}
        </ul>
      )}
      {rest.length > 0 && (
        <ul className={classes.list} aria-label={t('contacts.timeline.title')}>
          {rest.map(line)}
        </ul>
      )}
      {list.isSuccess && pinned.length + rest.length === 0 && (
        <EmptyState icon={<IconMessages size={28} stroke={1.5} />} title={t('contacts.timeline.empty')} hint={t('contacts.timeline.emptyHint')} />
      )}
      {list.hasNextPage && (
        <Button variant="subtle" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
          {t('contacts.timeline.older')}
        </Button>
      )}
    </div>
  );
}
