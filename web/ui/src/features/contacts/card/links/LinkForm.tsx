import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, Link } from '@/api/schema';
import { onEscape } from '@/ui/onEscape';
import { OtherField } from '../../links/OtherField';
import type { Other } from '../../links/others';
import classes from '../Channels.module.css';

interface Props {
  card: Contact;
  /** Whose position is changed; missing: somebody is added. */
  link?: Link;
  linked?: string[];
  onSave: (other: Other, position: string) => Promise<void>;
  onClose: () => void;
}

/** LinkForm adds a company to a person or a person to a company, or says what he is there. */
export function LinkForm({ card, link, linked, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const kind = card.kind === 'person' ? 'company' : 'person';
  const [typed, setTyped] = useState(link?.name ?? '');
  const [other, setOther] = useState<Other | undefined>(link);
  const [position, setPosition] = useState(link?.position ?? '');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (!other) return;
    setBusy(true);
    await onSave(other, position.trim());
    setBusy(false);
  };
  return (
    <form
      data-draft
      className={classes.form}
      aria-label={link?.name ?? t(`contacts.links.add.${kind}`)}
      onKeyDown={onEscape(onClose)}
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      {link ? (
        <span className={classes.text}>{link.name}</span>
      ) : (
        <OtherField
          label={t(`contacts.links.find.${kind}`)}
          kind={kind}
          typed={typed}
          linked={linked}
          autoFocus
          onChange={(text, meant) => {
            setTyped(text);
            setOther(meant);
          }}
        />
      )}
      <TextInput
        aria-label={t('contacts.links.position')}
        placeholder={t('contacts.links.positionHint')}
        maxLength={100}
        autoFocus={link !== undefined}
        value={position}
        onChange={(e) => setPosition(e.currentTarget.value)}
      />
      <Group gap={6} justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('contacts.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={!other}>
          {t('contacts.save')}
        </Button>
      </Group>
    </form>
  );
}
