import type { Call } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import { DirectionMark, OutcomeMark } from '@/parts/call/OutcomeMark';
import { useWho } from '@/parts/call/who';
import { Elapsed } from '@/ui/Elapsed';
import { PathLink } from '@/ui/PathLink';
import classes from './Desk.module.css';

/** CallRow is a call in one line: when, who, how it went, how long. */
export function CallRow({ call, agent }: { call: Call; agent?: boolean }) {
  const format = useFormat();
  const who = useWho();
  const going = call.state !== 'ended';
  return (
    <li className={classes.call}>
      <span className={classes.at}>{format.time(call.started_at)}</span>
      <DirectionMark direction={call.direction} />
      <PathLink to={`/calls/${call.id}`} className={classes.who} title={who(call)}>
        {who(call)}
      </PathLink>
      {agent && <span className={classes.by}>{call.agent_name ?? call.queue}</span>}
      <span className={classes.outcome}>
        <OutcomeMark call={call} />
      </span>
      <span className={classes.long}>{going ? <Elapsed since={call.answered_at ?? call.started_at} /> : call.talk_ms > 0 ? duration(call.talk_ms) : ''}</span>
    </li>
  );
}
