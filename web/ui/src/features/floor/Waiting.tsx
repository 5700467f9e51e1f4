import { useTranslation } from 'react-i18next';
import { duration } from '@/i18n/format';
import { callerName } from '@/parts/agent/caller';
import { useNow } from '@/ui/useNow';
import classes from './Floor.module.css';
import type { Waiter } from './group';

const full = 120_000; // the bar's whole width
const late = 60_000;

/** Waiting is who waits, each with a bar that grows; after a minute it is red. */
export function Waiting({ waiters }: { waiters: Waiter[] }) {
  const { t } = useTranslation();
  const now = useNow(waiters.length > 0);
  return (
    <div className={classes.waiting}>
      <h3 className={classes.title}>
        {t('floor.waiting')} <b>{waiters.length}</b>
      </h3>
      {waiters.length === 0 ? (
        <p className={classes.nobody}>{t('floor.nobodyWaits')}</p>
      ) : (
        <ol className={classes.waiters} aria-label={t('floor.waiting')}>
          {waiters.map(({ id, since, call }) => {
            const ms = Math.max(0, now - Date.parse(since));
            return (
              <li key={id} className={classes.waiter} data-late={ms >= late || undefined}>
                <span className={classes.bar} style={{ width: `${Math.min(100, (ms / full) * 100)}%` }} aria-hidden />
                <span className={classes.waits}>
                  <span className={classes.caller}>{call ? callerName(t, call) : t('floor.client')}</span>
                  {call?.state === 'ringing' && call.agent_name && <span className={classes.rings}>{t('floor.rings', { name: call.agent_name })}</span>}
                </span>
                <span className={classes.time} role="timer">
                  {duration(ms)}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </div>
  );
}
