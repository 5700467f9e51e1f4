import { useTranslation } from 'react-i18next';
import { useLive } from '@/live/store';
import { OutcomeMark } from '@/parts/call/OutcomeMark';
import { isGoing } from '@/parts/call/outcome';
import { Elapsed } from '@/ui/Elapsed';
import { PathLink } from '@/ui/PathLink';
import classes from './CallStrip.module.css';

/** CallStrip says that a call with this client goes on. */
export function CallStrip({ contact }: { contact: string }) {
  const { t } = useTranslation();
  const calls = useLive((p) => p.calls);
  const going = Object.values(calls).filter((c) => c.contact_id === contact && isGoing(c));
  if (going.length === 0) return null;
  return (
    <div className={classes.strip} role="status" aria-label={t('contacts.onCall')}>
      {going.map((call) => (
        <span key={call.id} className={classes.call}>
          <OutcomeMark call={call} />
          {call.agent_name}
          <Elapsed since={call.answered_at ?? call.started_at} />
          <PathLink to={`/calls/${call.id}`}>{t('contacts.timeline.openCall')}</PathLink>
        </span>
      ))}
    </div>
  );
}
