import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '@/ui/useKeys';
import { useDigits } from './actions';
import classes from './Dock.module.css';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** Keypad sends the tones of a phone's keys to the other side; the keyboard's keys do it too. */
export function Keypad({ call }: { call: string }) {
  const { t } = useTranslation();
  const send = useDigits(call);
  const [sent, setSent] = useState('');
  const press = (d: string) => {
    setSent((s) => (s + d).slice(-24));
    send.mutate(d);
  };
  useKeys(Object.fromEntries(digits.map((d) => [d, () => press(d)])), { rank: 'question' });
  return (
    <div className={classes.keypad} role="group" aria-label={t('dock.talking.keypad')}>
      <output className={classes.sent} aria-label={t('dock.talking.sent')}>
        {sent || ' '}
      </output>
      {digits.map((d) => (
        <UnstyledButton key={d} className={classes.key} onClick={() => press(d)}>
          {d}
        </UnstyledButton>
      ))}
    </div>
  );
}
