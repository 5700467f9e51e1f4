import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Agent, Queue } from '@/api/schema';
import { useLive } from '@/live/store';
import { callerName } from '@/parts/agent/caller';
import { StateMark } from '@/parts/agent/StateMark';
import { stateMeaning, stateWords } from '@/parts/agent/state';
import { Dot } from '@/ui/Meaning';
import { Panel } from '@/ui/Panel';
import classes from './Floor.module.css';
import { type Colleague, colleaguesOf, countStates, waitersOf } from './group';
import { Waiting } from './Waiting';

/** QueuePanel is one queue: who waits at the left, who serves it at the right. */
export function QueuePanel({ queue, agents }: { queue: Queue; agents: Agent[] }) {
  const { t } = useTranslation();
  const line = useLive((p) => p.queues[queue.name]);
  const calls = useLive((p) => p.calls);
  const states = useLive((p) => p.agents);
  const { data: board } = useQuery({
    queryKey: keys.board(queue.name),
    queryFn: ({ signal }) => answer(api.GET('/queues/{name}/board', { params: { path: { name: queue.name } }, signal })),
  });
  const waiters = waitersOf(queue.name, line, calls, board);
  const colleagues = colleaguesOf(queue.name, agents, states);
  return (
    <Panel
      title={`${queue.name} · ${queue.office}`}
      flush
      actions={
        <ul className={classes.counts} aria-label={t('floor.agents')}>
          {countStates(colleagues).map(({ state, count }) => (
            <li key={state}>
              <Dot meaning={stateMeaning[state]} /> {stateWords(t, state)} <b>{count}</b>
            </li>
          ))}
        </ul>
      }
    >
      <div className={classes.queue}>
        <Waiting waiters={waiters} />
        {colleagues.length === 0 ? (
          <p className={classes.nobody}>{t('floor.noAgents')}</p>
        ) : (
          <ul className={classes.agents} aria-label={t('floor.agents')}>
            {colleagues.map((c) => (
              <AgentTile key={c.login} agent={c} />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function AgentTile({ agent }: { agent: Colleague }) {
  const { t } = useTranslation();
  const call = useLive((p) => (agent.state?.call ? p.calls[agent.state.call] : undefined));
  return (
    <li className={classes.agent} data-state={agent.state?.state}>
      <span className={classes.name}>
        {agent.name}
        {agent.extension && <span className={classes.extension}> {agent.extension}</span>}
      </span>
      {agent.state ? <StateMark state={agent.state} /> : <span className={classes.extension}>{stateWords(t, 'offline')}</span>}
      <span className={classes.with}>{call ? t('floor.with', { name: callerName(t, call) }) : phoneWords()}</span>
    </li>
  );

  function phoneWords() {
    return agent.state && !agent.state.device && agent.state.state !== 'offline' ? t('floor.noPhone') : ' ';
  }
}
