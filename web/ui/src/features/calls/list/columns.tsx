import { ActionIcon, VisuallyHidden } from '@mantine/core';
import { IconPlayerPlayFilled, IconVolume } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { duration, useFormat } from '@/i18n/format';
import { numberOf } from '@/parts/call/outcome';
import { OutcomeMark } from '@/parts/call/OutcomeMark';
import { useWho } from '@/parts/call/who';
import { Elapsed } from '@/ui/Elapsed';
import { prettyPhone } from '@/ui/phone';
import type { Column } from '@/ui/Rows';
import { Client } from './Client';
import classes from './row.module.css';

/** The columns of the list; `playing` is the call that is listened to. */
export function useCallColumns(playing: string | undefined, onPlay: (call: Call) => void): Column<Call>[] {
  const { t } = useTranslation();
  const f = useFormat();
  const who = useWho();
  const mayListen = can(useSession(), 'recordings', 'listen');
  const quiet = (text?: string) => <span className={classes.quiet}>{text}</span>;
  return [
    { key: 'client', header: t('calls.columns.client'), width: 'minmax(170px, 2fr)', render: (c) => <Client call={c} /> },
    { key: 'result', header: t('calls.columns.result'), width: 'minmax(142px, 1.1fr)', render: (c) => <OutcomeMark call={c} /> },
    {
      key: 'number',
      header: t('calls.columns.number'),
      width: '150px',
      from: 1120,
      render: (c) => <span className={`tabular ${classes.quiet}`}>{numberUnlessName(c)}</span>,
    },
    { key: 'source', header: t('calls.columns.source'), width: 'minmax(90px, 0.8fr)', from: 1000, render: (c) => quiet(c.source) },
    { key: 'queue', header: t('calls.columns.queue'), width: 'minmax(80px, 0.7fr)', from: 960, render: (c) => quiet(c.queue) },
    { key: 'agent', header: t('calls.columns.agent'), width: 'minmax(110px, 1.1fr)', render: (c) => c.agent_name ?? c.agent },
    { key: 'wait', header: t('calls.columns.wait'), width: '70px', align: 'right', from: 780, render: (c) => <Wait call={c} /> },
    { key: 'talk', header: t('calls.columns.talk'), width: '72px', align: 'right', render: (c) => <Talk call={c} /> },
    {
      key: 'when',
      header: t('calls.columns.when'),
      width: '132px',
      render: (c) => (
        <time className="tabular" dateTime={c.started_at} title={f.exact(c.started_at)}>
          {f.when(c.started_at)}
        </time>
      ),
    },
    {
      key: 'recording',
      header: <VisuallyHidden>{t('calls.columns.recording')}</VisuallyHidden>,
      width: '32px',
      render: (c) =>
        c.recording?.ready &&
        mayListen && (
          <ActionIcon
            variant={c.id === playing ? 'light' : 'subtle'}
            color={c.id === playing ? undefined : 'gray'}
            size={28}
            aria-label={t('calls.listen', { name: who(c) })}
            onClick={() => onPlay(c)}
          >
            {c.id === playing ? <IconVolume size={16} /> : <IconPlayerPlayFilled size={14} />}
          </ActionIcon>
        ),
    },
  ];
}

// The card of an unknown caller is named by his number: it is not said twice.
function numberUnlessName(call: Call): string {
  const number = prettyPhone(numberOf(call));
  return call.contact_name && call.contact_name !== number ? number : '';
}

function Wait({ call }: { call: Call }) {
  if (call.direction !== 'inbound') return null;
  if (call.state !== 'ended' && !call.answered_at) return <Elapsed since={call.queued_at ?? call.started_at} />;
  return <span className={`tabular ${classes.quiet}`}>{duration(call.wait_ms)}</span>;
}

function Talk({ call }: { call: Call }) {
  if (!call.answered_at) return null;
  if (call.state !== 'ended') return <Elapsed since={call.answered_at} />;
  return <span className="tabular">{duration(call.talk_ms)}</span>;
}
