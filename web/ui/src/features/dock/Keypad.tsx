import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '@/ui/useKeys';
import { useDigits } from './actions';
import classes from './Dock.module.css';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

interface Props {
  call: string;
  /** Sends a key by the browser's own line; else the server is asked to. */
  press: ((digit: string) => void) | undefined;
}

/** Keypad sends the tones of a phone's keys to the other side; the keyboard's keys do it too. */
export function Keypad({ call, press: byLine }: Props) {
  const { t } = useTranslation();
  const send = useDigits(call);
  const [sent, setSent] = useState('');
  const press = (d: string) => {
    setSent((s) => (s + d).slice(-24));
    if (byLine) byLine(d);
    else send.mutate(d);
  };
  useKeys(Object.fromEntries(digits.map((d) => [d, () => press(d)])), { rank: 'question' });
  return (
    <div className={classes.keypad} role="group" aria-label={t('dock.talking.keypad')}>
      <output className={classes.sent} aria-label={t('dock.talking.sent')}>
        {sent || ' '}
      </output>
      <Digits onPress={press} />
    </div>
  );
}

/** Digits are the keys of a phone, in a grid of three columns. */
export function Digits({ onPress }: { onPress: (digit: string) => void }) {
  return digits.map((d) => (
    <UnstyledButton key={d} className={classes.key} onClick={() => onPress(d)}>
      {d}
    </UnstyledButton>
  ));
}
