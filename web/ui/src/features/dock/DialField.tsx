import { ActionIcon, TextInput } from '@mantine/core';
import { IconDialpad, IconPhone } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dial } from '@/parts/phone/dial';
import { KeyHint } from '@/ui/KeyHint';
import { useKeys } from '@/ui/useKeys';
import classes from './Dock.module.css';
import { Digits } from './Keypad';

/** DialField calls a number that one types, clicks together, or has come with from another page. */
export function DialField({ wanted, onAttend }: { wanted: string | undefined; onAttend: () => void }) {
  const { t } = useTranslation();
  const [number, setNumber] = useState('');
  const [pad, setPad] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useKeys({
    d() {
      onAttend();
      requestAnimationFrame(() => field.current?.focus()); // where the dock is a bar, it must open first
    },
  });
  // Another page may have asked for it: the number is filled in, a person presses the button.
  useEffect(() => {
    if (!wanted) return;
    setNumber(wanted);
    onAttend();
    requestAnimationFrame(() => field.current?.focus());
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each number
  }, [wanted]);
  const call = (e: FormEvent) => {
    e.preventDefault();
    const to = number.trim();
    if (to) void dial(to).then((placed) => placed && setNumber('')); // what was refused is there to be mended
  };
  return (
    <form className={classes.dial} onSubmit={call}>
      <div className={classes.dialLine}>
        <TextInput
          ref={field}
          type="tel"
          autoComplete="off"
          size="sm"
          aria-label={t('dock.dial.label')}
          placeholder={t('dock.dial.label')}
          value={number}
          onChange={(e) => setNumber(e.currentTarget.value)}
          rightSection={!number && <KeyHint keys="D" />}
        />
        <ActionIcon variant={pad ? 'light' : 'default'} size={36} aria-label={t('dock.talking.keypad')} aria-expanded={pad} onClick={() => setPad(!pad)}>
          <IconDialpad size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon type="submit" size={36} className={classes.answer} disabled={!number.trim()} aria-label={t('dock.dial.call')}>
          <IconPhone size={18} aria-hidden />
        </ActionIcon>
      </div>
      {pad && (
        <div className={classes.dialPad} role="group" aria-label={t('dock.talking.keypad')}>
          <Digits onPress={(d) => setNumber((n) => n + d)} />
        </div>
      )}
    </form>
  );
}
