import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionNote } from './ConnectionNote';
import classes from './Frame.module.css';
import { Rail } from './Rail';

interface Props {
  /** Left to right in the top bar. */
  search: ReactNode;
  tools: ReactNode;
  /** The softphone's place: at the right, below 1200 px at the bottom. */
  dock: ReactNode;
  children: ReactNode;
}

/** Frame is what stands around every screen and never moves. */
export function Frame({ search, tools, dock, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <a href="#main" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <Rail />
      <div className={classes.top}>
        <div className={classes.search}>{search}</div>
        <div className={classes.tools}>{tools}</div>
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        <ConnectionNote />
        {children}
      </main>
      {dock && <div className={classes.dock}>{dock}</div>}
    </div>
  );
}
