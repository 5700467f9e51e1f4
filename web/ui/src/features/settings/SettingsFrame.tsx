import { Link, useMatchRoute } from '@tanstack/react-router';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { NotHere } from '@/ui/NotHere';
import { sections } from './sections';
import classes from './SettingsFrame.module.css';

/** SettingsFrame: the sections at the left, the chosen one beside; on a telephone one after the other. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const within = useMatchRoute()({ to: '/settings' }) === false;
  const Heading = within ? 'div' : 'h1'; // a section has its own
  const seen = sections.filter((s) => s.may(session));
  if (seen.length === 0) return <NotHere />;
  return (
    <div className={classes.frame} data-within={within || undefined}>
      <nav className={classes.nav} aria-label={t('settings.title')}>
        <Heading className={classes.title}>{t('settings.title')}</Heading>
        {seen.map(({ id, to, icon: Icon }) => (
          <Link key={id} to={to} className={classes.section} activeProps={{ 'aria-current': 'page' }}>
            <Icon size={18} stroke={1.6} aria-hidden />
            <span className={classes.words}>{t(`settings.section.${id}.title`)}</span>
            <IconChevronRight size={16} className={classes.onward} aria-hidden />
          </Link>
        ))}
      </nav>
      <div className={classes.body}>
        <Link to="/settings" className={classes.back}>
          <IconChevronLeft size={16} aria-hidden />
          {t('settings.title')}
        </Link>
        {children}
      </div>
    </div>
  );
}
