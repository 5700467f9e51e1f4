import { IconPoint } from '@tabler/icons-react';
import type { Activity } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import classes from './Timeline.module.css';

/** OtherLine is something that other programs have told of. */
export function OtherLine({ line }: { line: Activity }) {
  const f = useFormat();
  return (
    <div className={classes.item}>
      <div className={classes.other}>
        <IconPoint size={16} aria-hidden />
        <span className={classes.person}>{[line.subject, line.body].filter(Boolean).join(' — ')}</span>
        <time className={classes.time} dateTime={line.at} title={f.exact(line.at)}>
          {f.time(line.at)}
        </time>
      </div>
    </div>
  );
}
