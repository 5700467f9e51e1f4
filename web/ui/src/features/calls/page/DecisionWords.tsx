import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { decidedWords, excludedWords, whyWords } from '@/parts/call/reasons';
import { useNameOf } from '@/parts/people/nameOf';
import classes from './Story.module.css';
import type { Line } from './story';

/** DecisionWords tells a routing decision: what was decided, among whom, and why not the others. */
export function DecisionWords({ line: { decision, again } }: { line: Line & { kind: 'routed' } }) {
  const { t } = useTranslation();
  const f = useFormat();
  const nameOf = useNameOf();
  const { reason, wait_for, wait_until, candidates, excluded } = decision;
  const seconds = wait_until ? Math.round((Date.parse(wait_until) - Date.parse(decision.at)) / 1000) : undefined;
  return (
    <>
      <div className={classes.head}>{decidedWords(t, { reason, waitFor: wait_for && nameOf(wait_for), seconds })}</div>
      {wait_until && <div className={classes.more}>{t('calls.story.until', { time: f.clock(wait_until) })}</div>}
      {again > 0 && <div className={classes.more}>{t('calls.story.again', { count: again })}</div>}
      {candidates.length + excluded.length > 0 && (
        <ul className={classes.agents}>
          {candidates.map((c, n) => (
            <li key={c.agent_id}>
              {n + 1}. {nameOf(c.agent)} <span className={classes.out}>— {score(whyWords(t, c.reason), c.score, f.number(c.score, 2))}</span>
            </li>
          ))}
          {excluded.map((x) => (
            <li key={x.agent_id} className={classes.out}>
              {nameOf(x.agent)} — {excludedWords(t, x.why)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

// 0 is the score of strategies that have none.
const score = (words: string, value: number, text: string) => (value === 0 ? words : `${words} (${text})`);
