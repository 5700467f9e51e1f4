import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { duration, useFormat } from '@/i18n/format';
import { Panel } from '@/ui/Panel';
import { PathLink } from '@/ui/PathLink';
import { Unanswered } from '@/ui/Unanswered';
import { timelineQuery } from '../queries';
import classes from './LastTalks.module.css';

/** LastTalks are the last times that somebody spoke with a client. */
export function LastTalks({ contact }: { contact: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const query = useInfiniteQuery(timelineQuery(contact, 'call'));
  const talks = (query.data?.pages[0]?.items ?? []).filter((x) => x.seconds > 0).slice(0, 5);
  return (
    <Panel flush title={t('contacts.talks.title')}>
      {!query.data ? (
        <Unanswered query={query} />
      ) : talks.length === 0 ? (
        <p className={classes.none}>{t('contacts.talks.none')}</p>
      ) : (
        <ul className={classes.list}>
          {talks.map((x) => (
            <li key={x.id} className={classes.talk}>
              <PathLink to={`/calls/${x.call_id ?? ''}`} className={classes.link}>
                {f.when(x.at)}
              </PathLink>
              <span className={classes.who}>{x.user_name}</span>
              <span className="tabular">{duration(x.seconds * 1000)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
