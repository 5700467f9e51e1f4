import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/schema';
import { useNameOf } from '@/parts/people/nameOf';
import { complainInWords } from '@/ui/notice';
import { useCard } from './CardContext';
import { type Change, mineOver, valueOf, wanted } from './change';
import classes from './MergeView.module.css';
import type { Clash } from './useSave';

interface Props {
  clashes: Clash[];
  onSettled: () => void;
}

/** MergeView shows both versions of what two people have changed at once, and saves what is chosen. */
export function MergeView({ clashes, onSettled }: Props) {
  const { t } = useTranslation();
  const { otherEditor } = useCard();
  return (
    <Modal
      opened={clashes.length > 0}
      onClose={onSettled}
      title={t('contacts.merge.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Text size="sm" mb="md">
        {t('contacts.merge.hint', { name: otherEditor ?? t('contacts.merge.somebody') })}
      </Text>
      <Choices clashes={clashes} onSettled={onSettled} />
    </Modal>
  );
}

function Choices({ clashes, onSettled }: Props) {
  const { t } = useTranslation();
  const { save, contact, otherEditor } = useCard();
  const [mine, setMine] = useState<Record<number, boolean>>({});
  const [busy, setBusy] = useState(false);
  const words = useValueWords();
  const submit = async () => {
    setBusy(true);
    for (const [n, { change }] of clashes.entries()) {
      if (!mine[n]) continue;
      const error = await save(mineOver(contact, change), contact, true);
      if (error) complainInWords(error);
    }
    onSettled();
  };
  return (
    <Stack gap="md">
      {clashes.map(({ change, now }, n) => (
        <Radio.Group
          key={n}
          label={words.label(change)}
          value={mine[n] ? 'mine' : 'theirs'}
          onChange={(v) => setMine((was) => ({ ...was, [n]: v === 'mine' }))}
        >
          <div className={classes.versions}>
            <Radio.Card value="theirs" className={classes.version}>
              <Radio.Indicator />
              <span>
                <span className={classes.who}>{otherEditor ?? t('contacts.merge.theirs')}</span>
                {words.value(change, valueOf(now, change))}
              </span>
            </Radio.Card>
            <Radio.Card value="mine" className={classes.version}>
              <Radio.Indicator />
              <span>
                <span className={classes.who}>{t('contacts.merge.mine')}</span>
                {words.value(change, wanted(change))}
              </span>
            </Radio.Card>
          </div>
        </Radio.Group>
      ))}
      <Group justify="flex-end">
        <Button size="sm" loading={busy} onClick={() => void submit()}>
          {t('contacts.save')}
        </Button>
      </Group>
    </Stack>
  );
}

function useValueWords() {
  const { t } = useTranslation();
  const names = useNameOf();
  const { contact } = useCard();
  return {
    label(change: Change): string {
      if (!('field' in change)) return t('contacts.channels.value');
      if (change.field.startsWith('custom.')) return change.field.slice('custom.'.length);
      return t(`contacts.facts.${change.field.replace('office_id', 'office')}`);
    },
    value(change: Change, value: unknown): string {
      if (!('field' in change)) return value ? channelWords(value as Channel) : t('contacts.merge.removed');
      if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return t('contacts.facts.none');
      switch (change.field) {
        case 'types':
          return (value as string[]).map((x) => t(`contacts.types.${x}`)).join(', ');
        case 'kind':
          return t(`contacts.kinds.${value as string}`);
        case 'owner':
          return names(value as string);
        case 'office_id':
          return value === contact.office_id ? (contact.office ?? '') : t('contacts.merge.otherOffice');
        default:
          return typeof value === 'string' ? value : JSON.stringify(value);
      }
    },
  };
}

const channelWords = (ch: Channel) => [ch.raw, ch.label].filter(Boolean).join(', ');
