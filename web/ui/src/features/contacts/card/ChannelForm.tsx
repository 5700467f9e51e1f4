import { Button, Checkbox, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/schema';
import { onEscape } from '@/ui/onEscape';
import { NumberField } from '../NumberField';
import { useCard } from './CardContext';
import classes from './Channels.module.css';

const kinds = ['phone', 'email', 'telegram', 'whatsapp', 'address', 'site'];

/** ChannelForm adds or changes a number or an address. */
export function ChannelForm({ channel, onClose }: { channel?: Channel; onClose: () => void }) {
  const { t } = useTranslation();
  const { contact, save } = useCard();
  const [base] = useState(contact);
  const [typed, setTyped] = useState({
    kind: channel?.kind ?? 'phone',
    raw: channel ? channel.raw + (channel.ext && !channel.raw.includes(channel.ext) ? `,${channel.ext}` : '') : '',
    label: channel?.label ?? '',
    is_shared: channel?.is_shared ?? false,
  });
  const [state, setState] = useState<{ busy?: boolean; error?: string }>({});
  const set = (to: Partial<typeof typed>) => setTyped((was) => ({ ...was, ...to }));
  const submit = async () => {
    if (!typed.raw.trim()) return onClose();
    setState({ busy: true });
    const plain = { ...typed, raw: typed.raw.trim(), label: typed.label.trim() };
    // The server finds the extension within the number anew.
    const error = await save(channel ? { edit: { ...channel, ...plain, ext: '' } } : { add: plain }, base);
    if (error) setState({ error });
    else onClose();
  };
  const known = kinds.includes(typed.kind) ? kinds : [...kinds, typed.kind];
  const field = { value: typed.raw, autoFocus: true, 'aria-label': t('contacts.channels.value') };
  return (
    <form
      data-draft
      className={classes.form}
      onKeyDown={onEscape(onClose)}
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Select
        aria-label={t('contacts.channels.kind')}
        data={known.map((value) => ({ value, label: t(`contacts.channels.kinds.${value}`, { defaultValue: value }) }))}
        value={typed.kind}
        onChange={(kind) => set({ kind: kind ?? 'phone' })}
        allowDeselect={false}
      />
      {typed.kind === 'phone' ? (
        <NumberField {...field} self={contact.id} onChange={(raw) => set({ raw })} />
      ) : (
        <TextInput {...field} maxLength={320} type={typed.kind === 'email' ? 'email' : 'text'} onChange={(e) => set({ raw: e.currentTarget.value })} />
      )}
      <TextInput
        aria-label={t('contacts.channels.label')}
        placeholder={t('contacts.channels.labelHint')}
        maxLength={100}
        value={typed.label}
        onChange={(e) => set({ label: e.currentTarget.value })}
      />
      {typed.kind === 'phone' && (
        <Checkbox size="xs" label={t('contacts.channels.isShared')} checked={typed.is_shared} onChange={(e) => set({ is_shared: e.currentTarget.checked })} />
      )}
      {state.error && (
        <span className={classes.error} role="alert">
          {state.error}
        </span>
      )}
      <Group gap={6} justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('contacts.cancel')}
        </Button>
        <Button type="submit" loading={state.busy}>
          {t('contacts.save')}
        </Button>
      </Group>
    </form>
  );
}
