import { TextInput } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCard } from './CardContext';
import type { Change, Field } from './change';
import classes from './Fact.module.css';
import { useInPlace } from './useInPlace';

/** FactRow is a label with what the card says. */
export function FactRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>{children}</dd>
    </>
  );
}

/** ShowValue is a value that becomes a field when it is clicked. */
export function ShowValue({ label, text, onOpen }: { label: string; text: string; onOpen: () => void }) {
  const { t } = useTranslation();
  const { mayEdit } = useCard();
  if (!mayEdit) return <div className={classes.plain}>{text || '—'}</div>;
  return (
    <button type="button" className={classes.show} data-empty={text === '' || undefined} aria-label={t('contacts.facts.edit', { label, value: text })} onClick={onOpen}>
      {text || t('contacts.facts.none')}
    </button>
  );
}

/** FieldNotes stand under a field that is open: why it could not be saved, who was faster. */
export function FieldNotes({ error, overtaken }: { error?: string; overtaken: boolean }) {
  const { t } = useTranslation();
  const { otherEditor } = useCard();
  return (
    <>
      {error && (
        <span className={classes.error} role="alert">
          {error}
        </span>
      )}
      {overtaken && (
        <span className={classes.hint} role="status">
          {t('contacts.facts.overtaken', { name: otherEditor ?? t('contacts.merge.somebody') })}
        </span>
      )}
    </>
  );
}

interface Props {
  label: string;
  field: Field;
  value: string;
  maxLength?: number;
  inputMode?: 'numeric';
}

/** TextFact is a line of text, edited in place: Enter and leaving save, Esc does not. */
export function TextFact({ label, field, value, ...input }: Props) {
  const change = (typed: string): Change => ({ field, value: typed.trim() });
  const place = useInPlace(value, change);
  const cancelled = useRef(false);
  return (
    <FactRow label={label}>
      {place.editing ? (
        <>
          <TextInput
            aria-label={label}
            autoFocus
            value={place.typed}
            onChange={(e) => place.type(e.currentTarget.value)}
            onFocus={(e) => {
              cancelled.current = false;
              e.currentTarget.select();
            }}
            onBlur={() => !cancelled.current && void place.commit(place.typed)}
            onKeyDown={(e) => {
              if (e.key === 'Enter') e.currentTarget.blur();
              if (e.key !== 'Escape') return;
              e.stopPropagation();
              cancelled.current = true;
              place.cancel();
            }}
            classNames={{ input: classes.input }}
            error={place.error !== undefined}
            {...input}
          />
          <FieldNotes error={place.error} overtaken={place.overtaken} />
        </>
      ) : (
        <ShowValue label={label} text={value} onOpen={place.open} />
      )}
    </FactRow>
  );
}
