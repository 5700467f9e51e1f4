import { IconMicrophone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import { OutcomeMark } from '@/parts/call/OutcomeMark';
import { Elapsed } from '@/ui/Elapsed';
import { Client } from './Client';
import classes from './row.module.css';

/** NarrowRow is a call on a telephone's screen, in two lines. */
export function NarrowRow({ call }: { call: Call }) {
  const { t } = useTranslation();
  const f = useFormat();
  const playable = call.recording?.ready;
  return (
    <div className={classes.narrow}>
      <div className={classes.line}>
        <Client call={call} />
        <time className={`tabular ${classes.quiet}`} dateTime={call.started_at}>
          {f.when(call.started_at)}
        </time>
      </div>
      <div className={`${classes.line} ${classes.second}`}>
        <OutcomeMark call={call} />
        <span className={classes.figures}>
          {call.agent_name}
          {playable && <IconMicrophone size={14} role="img" aria-label={t('calls.columns.recording')} />}
          {call.state !== 'ended' ? <Elapsed since={call.answered_at ?? call.started_at} /> : call.answered_at && <span className="tabular">{duration(call.talk_ms)}</span>}
        </span>
      </div>
    </div>
  );
}
