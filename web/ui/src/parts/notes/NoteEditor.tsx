import { Button } from '@mantine/core';
import { IconCheck, IconCloudOff, IconDots, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '@/ui/errorWords';
import { GrowingTextarea } from '@/ui/GrowingTextarea';
import { KeyHint } from '@/ui/KeyHint';
import type { Draft } from './draft';
import classes from './NoteEditor.module.css';
import { useDraftState } from './useDraft';

const icons = { empty: undefined, typing: IconDots, saving: IconDots, saved: IconCheck, kept: IconCloudOff, refused: IconX };

interface Props {
  draft: Draft;
  inputRef?: Ref<HTMLTextAreaElement>;
  /** What it is a note about, when that is not clear from the place. */
  label?: string;
  /** After it is finished, and stored. */
  onDone?: () => void;
}

/** NoteEditor is where one types; it says all the time where the words are. */
export function NoteEditor({ draft, inputRef, label, onDone }: Props) {
  const { t } = useTranslation();
  const text = useDraftState(draft, (d) => d.text);
  const status = useDraftState(draft, (d) => d.status);
  const error = useDraftState(draft, (d) => d.error);
  const Icon = icons[status];
  const finish = () => void draft.finish().then((stored) => stored && onDone?.());
  const onKey = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    if (e.key === 'Escape') e.currentTarget.blur();
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      finish();
    }
  };
  return (
    <div className={classes.editor}>
      <GrowingTextarea
        ref={inputRef}
        data-draft={(status !== 'empty' && status !== 'saved') || undefined}
        value={text}
        onChange={(e) => draft.type(e.currentTarget.value)}
        onBlur={() => void draft.flush()}
        onKeyDown={onKey}
        placeholder={t('notes.placeholder')}
        aria-label={label ?? t('notes.label')}
        least={2}
        most={12}
        maxLength={20_000}
      />
      <div className={classes.foot}>
        <span className={classes.status} role="status" data-status={status}>
          {Icon && <Icon size={14} aria-hidden />}
          {status === 'refused' ? errorWords(t, error) : status !== 'empty' && t(`notes.status.${status}`)}
        </span>
        <Button variant="subtle" onClick={finish} disabled={status === 'empty'} rightSection={<KeyHint keys="mod+↵" />}>
          {t('notes.done')}
        </Button>
      </div>
    </div>
  );
}
