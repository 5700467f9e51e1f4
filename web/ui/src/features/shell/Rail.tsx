import { Tooltip, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { places } from './places';
import classes from './Rail.module.css';

/** Rail leads to the places: icons with words, icons alone when collapsed, a bar at the bottom on a telephone. */
export function Rail() {
  const { t } = useTranslation();
  const session = useSession();
  const [slim, setSlim] = useLocalStorage({ key: 'callcard.rail', defaultValue: false, getInitialValueInEffect: false });
  const flip = t(slim ? 'shell.rail.widen' : 'shell.rail.narrow');
  return (
    <nav className={classes.rail} data-slim={slim || undefined} aria-label={t('shell.rail.label')}>
      {places
        .filter((p) => p.may(session))
        .map(({ to, words, icon: Icon }) => (
          <Tooltip key={to} label={t(words)} position="right" disabled={!slim}>
            <Link to={to} className={classes.place} activeOptions={{ exact: to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
              <Icon size={20} stroke={1.6} aria-hidden />
              <span className={classes.words}>{t(words)}</span>
            </Link>
          </Tooltip>
        ))}
      <UnstyledButton className={classes.flip} onClick={() => setSlim(!slim)} aria-label={flip} title={flip}>
        {slim ? <IconChevronsRight size={18} stroke={1.6} /> : <IconChevronsLeft size={18} stroke={1.6} />}
      </UnstyledButton>
    </nav>
  );
}
