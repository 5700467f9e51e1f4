import { Button, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { UserSession } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { Pill } from '@/ui/Meaning';
import classes from './SessionList.module.css';
import { readAgent } from './userAgent';

interface Props {
  label: string;
  sessions: UserSession[];
  /** Whose it is, for a list of several people's. */
  whose?: (s: UserSession) => string;
  onEnd: (s: UserSession) => void;
  ending?: string;
}

/** SessionList shows where somebody is signed in, and ends it. */
export function SessionList({ label, sessions, whose, onEnd, ending }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className={classes.list} aria-label={label}>
      {sessions.map((s) => {
        const where = place(t, s.user_agent);
        return (
          <li key={s.id} className={classes.row}>
            <span className={classes.icon} aria-hidden>
              <DeviceIcon agent={s.user_agent} />
            </span>
            <div className={classes.words}>
              <Text size="sm" fw={500} title={s.user_agent}>
                {whose && `${whose(s)} · `}
                {where}
              </Text>
              <Text size="xs" c="dimmed" className="tabular">
                {[s.ip, t('sessions.since', { when: format.when(s.created_at) }), t('sessions.seen', { when: format.ago(s.seen_at) })].filter(Boolean).join(' · ')}
              </Text>
            </div>
            {s.current ? (
              <Pill meaning="ok">{t('sessions.current')}</Pill>
            ) : (
              <Button variant="default" loading={ending === s.id} onClick={() => onEnd(s)} aria-label={t('sessions.endOne', { where })}>
                {t('sessions.end')}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function place(t: ReturnType<typeof useTranslation>['t'], text: string | undefined): string {
  const { browser, system } = readAgent(text);
  if (browser && system) return t('sessions.browserOn', { browser, system });
  return browser ?? system ?? t('sessions.unknown');
}

function DeviceIcon({ agent }: { agent?: string }) {
  const { system } = readAgent(agent);
  if (!system) return <IconTerminal2 size={20} stroke={1.6} />;
  const Icon = ['iPhone', 'iPad', 'Android'].includes(system) ? IconDeviceMobile : IconDeviceDesktop;
  return <Icon size={20} stroke={1.6} />;
}
