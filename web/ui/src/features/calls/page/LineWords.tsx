import { useTranslation } from 'react-i18next';
import type { CallDetail } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { duration, useFormat } from '@/i18n/format';
import { candidateWords, endWords, partyWords, ringWords } from '@/parts/call/reasons';
import { useWho } from '@/parts/call/who';
import { useNameOf } from '@/parts/people/nameOf';
import { Elapsed } from '@/ui/Elapsed';
import { prettyPhone } from '@/ui/phone';
import { DecisionWords } from './DecisionWords';
import classes from './Story.module.css';
import type { Line } from './story';

type Of<K extends Line['kind']> = Line & { kind: K };

/** LineWords says one line of the story. */
export function LineWords({ call, line }: { call: CallDetail; line: Line }) {
  switch (line.kind) {
    case 'arrived':
      return <Arrived call={call} />;
    case 'identified':
      return <Identified call={call} line={line} />;
    case 'routed':
      return <DecisionWords line={line} />;
    case 'rang':
      return <Rang line={line} />;
    default:
      return <Plain call={call} line={line} />;
  }
}

function Arrived({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const to = prettyPhone(call.to);
  const nameOf = useNameOf();
  const details =
    call.direction === 'inbound'
      ? [
          call.source && t('calls.story.source', { source: call.source }),
          t('calls.story.line', { line: call.line }),
          call.from_raw && call.from_raw !== call.from && t('calls.story.raw', { number: call.from_raw }),
          call.display && t('calls.story.display', { name: call.display }),
          call.diverted && t('calls.story.diverted', { number: prettyPhone(call.diverted) }),
        ].filter(Boolean)
      : [call.agent && nameOf(call.agent)].filter(Boolean);
  const from = call.anonymous ? t('call.anonymous') : prettyPhone(call.from);
  return (
    <>
      <div className={classes.head}>{t(`calls.story.arrived.${call.direction}`, { from, to })}</div>
      <div className={classes.more}>{details.join(' · ')}</div>
    </>
  );
}

function Identified({ call, line }: { call: CallDetail; line: Of<'identified'> }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const who = useWho();
  return (
    <>
      <div className={classes.head}>{t(`calls.story.card.${line.card}`, { name: who(call) })}</div>
      {line.lastAgent && <div className={classes.more}>{t('calls.story.lastAgent', { name: nameOf(line.lastAgent) })}</div>}
      {line.card === 'shared' && (
        <ul className={classes.agents}>
          {call.candidates!.map((c) => (
            <li key={c.contact}>
              {c.name} <span className={classes.out}>— {candidateWords(t, c.reason)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Rang({ line: { ring, ms } }: { line: Of<'rang'> }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const admin = can(useSession(), 'office', 'manage');
  return (
    <>
      <div className={classes.head}>{t('calls.story.rang', { name: ring.agent_name ?? nameOf(ring.agent) })}</div>
      <div className={classes.more}>
        <span className={ring.result && ring.result !== 'answered' && ring.result !== 'withdrawn' ? classes.bad : undefined}>{ringWords(t, ring.result)}</span>
        {' · '}
        {ms === undefined ? <Elapsed since={ring.at} /> : t('calls.seconds', { count: Math.round(ms / 1000) })}
        {admin && ring.code ? ` · SIP ${ring.code}` : ''}
      </div>
    </>
  );
}

function Plain({ call, line }: { call: CallDetail; line: Of<'queued' | 'dialled' | 'assigned' | 'moved' | 'answered' | 'away' | 'requeued' | 'held' | 'ended' | 'wrap_up'> }) {
  const { t } = useTranslation();
  const f = useFormat();
  const nameOf = useNameOf();
  const say = (head: string, more?: string) => (
    <>
      <div className={classes.head}>{head}</div>
      {more && <div className={classes.more}>{more}</div>}
    </>
  );
  switch (line.kind) {
    case 'queued':
      return say(t('calls.story.queued', { queue: line.queue ?? '' }));
    case 'dialled':
      return say(t('calls.story.dialled', { line: line.line }));
    case 'assigned':
      return say(t('calls.story.assigned', { by: nameOf(line.by), name: nameOf(line.agent) }), line.words);
    case 'moved':
      return say(t(line.from === line.queue ? 'calls.story.movedOn' : 'calls.story.moved', { by: nameOf(line.by), queue: line.queue }), line.words);
    case 'answered':
      if (call.direction === 'outbound') return say(t('calls.story.answeredFar'), t('calls.story.rangFor', { time: duration(call.wait_ms) }));
      return say(
        t('calls.story.answered', { name: line.agent ? nameOf(line.agent) : '' }),
        call.direction === 'inbound' ? t('calls.story.waited', { time: duration(call.wait_ms) }) : undefined,
      );
    case 'away':
      return say(
        t('calls.story.away', { name: nameOf(line.agent) }),
        line.ms === undefined ? t('calls.story.stillAway') : t('calls.seconds', { count: Math.round(line.ms / 1000) }),
      );
    case 'requeued':
      return say(t('calls.story.requeued', { queue: line.queue ?? '' }));
    case 'held':
      return say(
        t('calls.story.held', { who: partyWords(t, line.by) }),
        line.ms === undefined ? t('calls.story.stillHeld') : t('calls.seconds', { count: Math.round(line.ms / 1000) }),
      );
    case 'ended':
      return say(
        endWords(t, call.end_reason ?? 'completed', call.why),
        [call.ended_by && t('calls.story.endedBy', { who: line.agent ? nameOf(line.agent) : partyWords(t, call.ended_by) }), call.answered_at && t('calls.story.talked', { time: duration(call.talk_ms) })]
          .filter(Boolean)
          .join(' · '),
      );
    case 'wrap_up':
      return say(
        t('calls.story.wrapUp', { name: nameOf(line.agent) }),
        line.ms !== undefined ? t('calls.seconds', { count: Math.round(line.ms / 1000) }) : line.until && t('calls.story.until', { time: f.clock(line.until) }),
      );
  }
}
