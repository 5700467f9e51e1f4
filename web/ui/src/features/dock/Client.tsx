import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { Call, Card } from '@/api/schema';
import { callerName, clientNumber } from '@/parts/agent/caller';
import classes from './Dock.module.css';

/** Head is what the phone does, in its colour, with its timer. */
export function Head({ meaning, word, children }: { meaning: 'ok' | 'wait' | 'info' | 'idle' | 'bad'; word: string; children: ReactNode }) {
  return (
    <div className={classes.head} data-meaning={meaning}>
      <span>{word}</span>
      <span className={classes.headTime}>{children}</span>
    </div>
  );
}

/** Client is who is on the line: name and number, always two lines high. */
export function Client({ call, card }: { call: Call; card: Card | undefined }) {
  const { t } = useTranslation();
  const name = callerName(t, call, card);
  const number = clientNumber(call);
  return (
    <div className={classes.client}>
      <div className={classes.name}>{name}</div>
      <div className={classes.number}>
        {number !== name && number}
        {call.queue && <span className={classes.queue}>{number && number !== name ? ` · ${call.queue}` : call.queue}</span>}
      </div>
    </div>
  );
}

/** Fact is a line of what one should know about the call. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
