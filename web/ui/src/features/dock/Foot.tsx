import { Button, Switch } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Dock.module.css';
import { useRingSound } from './preferences';
import { canNotify } from './useAttention';

/** Foot: how one wants to be called. */
export function Foot() {
  const { t } = useTranslation();
  const [sound, setSound] = useRingSound();
  const [asked, setAsked] = useState(() => !canNotify() || Notification.permission !== 'default');
  const ask = () => void Notification.requestPermission().then((p) => setAsked(p !== 'default'));
  return (
    <div className={classes.foot}>
      <Switch size="xs" checked={sound} onChange={(e) => setSound(e.currentTarget.checked)} label={t('dock.sound')} />
      {!asked && (
        <Button variant="subtle" size="compact-xs" leftSection={<IconBell size={14} aria-hidden />} onClick={ask}>
          {t('dock.notify')}
        </Button>
      )}
    </div>
  );
}
