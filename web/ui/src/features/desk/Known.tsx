import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Card } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import { DirectionMark } from '@/parts/call/OutcomeMark';
import { Panel } from '@/ui/Panel';
import { PathLink } from '@/ui/PathLink';
import classes from './CallPane.module.css';

const most = 3;

/** Known is what one should remember before the first word: the last talks, and what was promised. */
export function Known({ card, tasks }: { card: Card | undefined; tasks: (told: ReactNode) => ReactNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  // Of a card that this call has made there is nothing to wait for.
  const talks = (card?.last_talks ?? (card?.created ? [] : undefined))?.slice(0, most);
  const promised = (card?.open_tasks ?? (card?.created ? [] : undefined))?.slice(0, most);
  return (
    <div className={classes.known}>
      {card && (
        <Panel title={t('desk.call.talks')} flush>
          <ul className={classes.three}>
            {talks?.map((x) => (
              <li key={x.call} className={classes.line}>
                <DirectionMark direction={x.direction} size={14} />
                <PathLink to={`/calls/${x.call}`}>{format.when(x.at)}</PathLink>
                <span className={classes.grow}>{x.agent_name}</span>
                <span>{x.talk_ms > 0 ? duration(x.talk_ms) : t('desk.call.noTalk')}</span>
              </li>
            ))}
            {talks?.length === 0 && <li className={classes.none}>{t('desk.call.firstTime')}</li>}
          </ul>
        </Panel>
      )}
      {tasks(
        <ul className={classes.three}>
          {promised?.map((x) => (
            <li key={x.id} className={classes.line}>
              <span className={classes.grow}>{x.title}</span>
              {x.due_at && <span data-late={Date.parse(x.due_at) < Date.now() || undefined}>{format.when(x.due_at)}</span>}
            </li>
          ))}
        </ul>,
      )}
    </div>
  );
}
