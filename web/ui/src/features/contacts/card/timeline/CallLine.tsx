import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity, Call } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { duration, useFormat } from '@/i18n/format';
import { DirectionMark, OutcomeMark } from '@/parts/call/OutcomeMark';
import { NoRecording } from '@/parts/player/NoRecording';
import { Player } from '@/parts/player/Player';
import { PathLink } from '@/ui/PathLink';
import { toldOf } from './told';
import classes from './Timeline.module.css';

/** CallLine is a call in a line; it opens its recording in place. */
export function CallLine({ line }: { line: Activity }) {
  const { t } = useTranslation();
  const f = useFormat();
  const id = useId();
  const [open, setOpen] = useState(false);
  const told = toldOf(line);
  return (
    <div className={classes.item}>
      <button type="button" className={classes.call} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <DirectionMark direction={told.direction} />
        <OutcomeMark call={told} />
        <span className={classes.person} title={line.user_name}>
          {line.user_name}
        </span>
        <span className={classes.length}>{line.seconds > 0 && duration(line.seconds * 1000)}</span>
        <time className={classes.time} dateTime={line.at} title={f.exact(line.at)}>
          {f.time(line.at)}
        </time>
        <IconChevronRight size={16} className={classes.chevron} aria-hidden />
      </button>
      {open && (
        <div id={id} className={classes.opened}>
          <Recording line={line} state={told.state} />
          {line.call_id && (
            <PathLink to={`/calls/${line.call_id}`} className={classes.link}>
              {t('contacts.timeline.openCall')}
            </PathLink>
          )}
        </div>
      )}
    </div>
  );
}

function Recording({ line, state }: { line: Activity; state: Call['state'] }) {
  const mayListen = can(useSession(), 'recordings', 'listen');
  if (!line.call_id || line.detail.recorded !== true) return <NoRecording state={state === 'ended' ? 'none' : 'going'} compact />;
  if (!mayListen) return <NoRecording state="forbidden" compact />;
  return <Player callId={line.call_id} durationMs={line.seconds * 1000} compact />;
}
