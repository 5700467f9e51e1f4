import { Button, Switch } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Dock.module.css';
import { canNotify, prepareNotices } from './notification';
import { useRingSound } from './preferences';
import { useAwake } from './tone';

/** Foot: how one wants to be called. */
export function Foot() {
  const { t } = useTranslation();
  const [sound, setSound] = useRingSound();
  const awake = useAwake();
  const [asked, setAsked] = useState(() => !canNotify() || Notification.permission !== 'default');
  const ask = () =>
    void Notification.requestPermission().then((p) => {
      setAsked(p !== 'default');
      prepareNotices();
    });
  return (
    <div className={classes.foot}>
      <Switch size="xs" checked={sound} onChange={(e) => setSound(e.currentTarget.checked)} label={t('dock.sound')} />
      {sound && !awake && <span className={classes.asleep}>{t('dock.soundAsleep')}</span>}
      {awake && !asked && (
        <Button variant="subtle" size="compact-xs" leftSection={<IconBell size={14} aria-hidden />} onClick={ask}>
          {t('dock.notify')}
        </Button>
      )}
    </div>
  );
}
