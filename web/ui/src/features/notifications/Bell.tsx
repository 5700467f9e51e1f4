import { ActionIcon, Indicator, Popover, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notification } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { EmptyState } from '@/ui/EmptyState';
import { Dot } from '@/ui/Meaning';
import { complain } from '@/ui/notice';
import { Unanswered } from '@/ui/Unanswered';
import classes from './Bell.module.css';
import { lineOf } from './lines';
import { notificationsQuery, readUpTo } from './queries';

/** Bell tells what others, clients and the server have done that concerns the user. */
export function Bell({ onOpen }: { onOpen: (path: string) => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [opened, setOpened] = useState(false);
  const list = useInfiniteQuery(notificationsQuery);
  const lines = list.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = list.data?.pages[0]?.unread ?? 0;
  const change = (open: boolean) => {
    setOpened(open);
    // What was shown is read when one turns away, so that the new ones can be told while one looks.
    if (!open && unread > 0 && lines[0]) readUpTo(cache, lines[0].id).catch(complain);
  };
  return (
    <Popover opened={opened} onChange={change} position="bottom-end" width={360} shadow="md" trapFocus>
      <Indicator label={unread > 99 ? '99+' : unread} size={16} disabled={unread === 0} offset={6} color="red.8">
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" size={36} radius="xl" onClick={() => change(!opened)} aria-label={t('notifications.label', { count: unread })}>
            <IconBell size={20} stroke={1.6} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={t('notifications.title')}>
        <Text fw={600} size="sm" px="md" py="sm" className={classes.title}>
          {t('notifications.title')}
        </Text>
        {!list.data ? (
          <Unanswered query={list} />
        ) : lines.length === 0 ? (
          <EmptyState icon={<IconBellOff size={28} stroke={1.5} />} title={t('notifications.empty')} hint={t('notifications.emptyHint')} />
        ) : (
          <ScrollArea.Autosize mah={420} type="auto" onBottomReached={() => void (list.hasNextPage && list.fetchNextPage())}>
            {lines.map((n) => (
              <Row key={n.id} of={n} onOpen={(to) => { change(false); onOpen(to); }} />
            ))}
          </ScrollArea.Autosize>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Row({ of, onOpen }: { of: Notification; onOpen: (path: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { title, note, to } = lineOf(t, of);
  const content = (
    <>
      <span className={classes.mark}>{!of.read_at && <Dot meaning={of.kind === 'alarm' ? 'bad' : 'info'} />}</span>
      <span className={classes.words}>
        <span data-unread={!of.read_at || undefined}>{title}</span>
        {note && <span className={classes.note}>{note}</span>}
        <time className={classes.time} dateTime={of.created_at} title={format.exact(of.created_at)}>
          {format.when(of.created_at)}
        </time>
      </span>
    </>
  );
  return to ? (
    <UnstyledButton className={classes.row} onClick={() => onOpen(to)}>
      {content}
    </UnstyledButton>
  ) : (
    <div className={classes.row}>{content}</div>
  );
}
