import type { Contact } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { prettyPhone } from '@/ui/phone';
import { displayName, Identity } from './Identity';
import classes from './Identity.module.css';

/** NarrowRow is a card of the list on a telephone: two lines. */
export function NarrowRow({ contact: c }: { contact: Contact }) {
  const f = useFormat();
  const phone = c.phones[0] && prettyPhone(c.phones[0]);
  const second = [phone === displayName(c.name) ? undefined : phone, c.owner_name].filter(Boolean).join(' · ');
  return (
    <span className={classes.narrow}>
      <span className={classes.line}>
        <Identity contact={c} />
      </span>
      <span className={`${classes.line} ${classes.second}`}>
        <span className="tabular">{second}</span>
        <time className={`tabular ${classes.when}`} dateTime={c.last_touch_at}>
          {f.when(c.last_touch_at)}
        </time>
      </span>
    </span>
  );
}
