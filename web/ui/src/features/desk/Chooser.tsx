import { SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { candidateWords } from '@/parts/call/reasons';
import { KeyHint } from '@/ui/KeyHint';
import { Panel } from '@/ui/Panel';
import { useKeys } from '@/ui/useKeys';
import classes from './CallPane.module.css';
import { type Remember, useAttach } from './useAttach';

/** Chooser asks which of the clients who share the number it is: one key. */
export function Chooser({ call, candidates }: { call: Call; candidates: NonNullable<Call['candidates']> }) {
  const { t } = useTranslation();
  const attach = useAttach(call.id);
  const [remember, setRemember] = useState<Remember>('once');
  const choose = (contact: string) => attach.mutate({ contact, remember });
  const keyed = candidates.slice(0, 9);
  useKeys(Object.fromEntries(keyed.map((c, n) => [String(n + 1), () => choose(c.contact)])));
  return (
    <Panel title={t('desk.choose.title', { count: candidates.length })} flush>
      <ul className={classes.choices}>
        {keyed.map((c, n) => (
          <li key={c.contact}>
            <button type="button" className={classes.choice} onClick={() => choose(c.contact)} disabled={attach.isPending}>
              <KeyHint keys={String(n + 1)} />
              <span className={classes.grow}>{c.name}</span>
              <Text span size="xs" c="dimmed">
                {candidateWords(t, c.reason)}
              </Text>
            </button>
          </li>
        ))}
      </ul>
      <div className={classes.remember}>
        <Text size="xs" c="dimmed" id="remember">
          {t('desk.choose.remember')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-labelledby="remember"
          value={remember}
          onChange={(v) => setRemember(v)}
          data={[
            { value: 'once', label: t('desk.choose.once') },
            { value: 'chosen', label: t('desk.choose.first') },
            { value: 'always', label: t('desk.choose.always') },
          ]}
        />
      </div>
    </Panel>
  );
}
