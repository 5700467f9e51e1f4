import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallDetail } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import { useNameOf } from '@/parts/people/nameOf';
import { Panel } from '@/ui/Panel';
import { prettyPhone } from '@/ui/phone';
import classes from './CallPage.module.css';

/** Facts are the call in figures and names. */
export function Facts({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const f = useFormat();
  const nameOf = useNameOf();
  const facts: [string, ReactNode][] = [
    [t('calls.facts.agent'), call.agent_name ?? (call.agent && nameOf(call.agent))],
    [t('calls.facts.queue'), call.queue],
    [t('calls.facts.number'), prettyPhone(call.direction === 'inbound' ? call.to : call.from)],
    [t('calls.facts.source'), call.source],
    [t('calls.facts.line'), call.line],
    [t('calls.facts.started'), f.exact(call.started_at)],
    [t('calls.facts.wait'), call.direction === 'inbound' && call.state === 'ended' && duration(call.wait_ms)],
    [t('calls.facts.talk'), call.answered_at && call.state === 'ended' && duration(call.talk_ms)],
    [t('calls.facts.hold'), call.hold_ms > 0 && duration(call.hold_ms)],
  ];
  return (
    <Panel title={t('calls.facts.title')}>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => Boolean(value))
          .map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
    </Panel>
  );
}
