import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isGone } from '@/api/problem';
import type { CallDetail } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { useNameOf } from '@/parts/people/nameOf';
import { copyText } from '@/ui/copyText';
import { errorWords } from '@/ui/errorWords';
import { notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { traceQuery } from '../queries';
import { type Lane, ladderOf, ladderText, type Rung } from './ladder';
import classes from './Ladder.module.css';

/** Ladder is what went over the wire, for administrators; asked for only when it is opened. */
export function Ladder({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data, error, isPending } = useQuery({ ...traceQuery(call.id), enabled: open, staleTime: call.state === 'ended' ? Infinity : 0 });
  const copy = async () => {
    if (data && (await copyText(ladderText(data.items)))) notice(t('calls.ladder.copied'));
  };
  return (
    <Panel
      title={t('calls.ladder.title')}
      flush
      actions={
        <div className={classes.actions}>
          {open && data && data.items.length > 0 && (
            <Button variant="subtle" onClick={() => void copy()}>
              {t('calls.ladder.copy')}
            </Button>
          )}
          <Button variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('calls.ladder.hide') : t('calls.ladder.show')}
          </Button>
        </div>
      }
    >
      {open &&
        (isPending ? (
          <Skeleton h={200} m={12} w="auto" role="status" aria-label={t('ui.loading')} />
        ) : error ? (
          <p className={classes.none}>{isGone(error) ? t('calls.ladder.none') : errorWords(t, error)}</p>
        ) : data.items.length === 0 ? (
          <p className={classes.none}>{t('calls.ladder.none')}</p>
        ) : (
          <Drawing call={call} lanes={ladderOf(data.items).lanes} rungs={ladderOf(data.items).rungs} />
        ))}
    </Panel>
  );
}

function Drawing({ call, lanes, rungs }: { call: CallDetail; lanes: Lane[]; rungs: Rung[] }) {
  const { t } = useTranslation();
  const f = useFormat();
  const nameOf = useNameOf();
  const [shown, setShown] = useState<number>();
  const middle = (lane: number) => ((lane + 0.5) / lanes.length) * 100;
  const nameOfLane = ({ leg }: Lane, n: number) => {
    if (leg === '') return 'Callcard';
    const ring = call.route.find((r) => r.leg === leg);
    if (ring) return ring.agent_name ?? nameOf(ring.agent);
    return n === 0 ? t('player.speaker.client') : t('calls.ladder.leg');
  };
  const lines = lanes.map((l, n) => <span key={l.leg} className={classes.lane} style={{ left: `${middle(n)}%` }} aria-hidden />);
  return (
    <div className={classes.scroller} tabIndex={0} role="group" aria-label={t('calls.ladder.title')}>
      <div className={classes.ladder} style={{ minWidth: 76 + lanes.length * 120 }}>
        <div className={classes.rung}>
          <span className={classes.time}>{t('calls.ladder.time')}</span>
          <span className={classes.heads}>
            {lanes.map((l, n) => (
              <span key={l.leg} className={classes.headOf}>
                <span>{nameOfLane(l, n)}</span>
                <span className={classes.peer}>{l.peer}</span>
              </span>
            ))}
          </span>
        </div>
        {rungs.map((r, n) => (
          <div key={n}>
            <button
              type="button"
              className={classes.rung}
              aria-expanded={shown === n}
              onClick={() => setShown(shown === n ? undefined : n)}
              title={f.exact(r.message.at)}
            >
              <span className={classes.time}>{ms(r.ms)}</span>
              <span className={classes.track}>
                {lines}
                <span
                  className={classes.arrow}
                  data-meaning={r.meaning}
                  data-left={r.to < r.from || undefined}
                  style={{ left: `${middle(Math.min(r.from, r.to))}%`, width: `${middle(Math.abs(r.to - r.from)) - middle(0)}%` }}
                >
                  <span className={classes.label}>{r.label}</span>
                </span>
              </span>
            </button>
            {shown === n && (
              <pre className={classes.text} tabIndex={0}>
                {r.message.text}
              </pre>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

const ms = (n: number) => `+${(n / 1000).toFixed(3)}`;
