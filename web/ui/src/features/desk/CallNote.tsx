import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NoteEditor } from '@/parts/notes/NoteEditor';
import { useDraft } from '@/parts/notes/useDraft';
import { Panel } from '@/ui/Panel';

/** CallNote is written while one talks. It takes the focus with every new wish. */
export function CallNote({ call, wish }: { call: string; wish: number | undefined }) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (wish !== undefined) field.current?.focus();
  }, [wish]);
  return (
    <Panel title={t('desk.note.title')}>
      <NoteEditor draft={useDraft({ call })} inputRef={field} label={t('desk.note.title')} />
    </Panel>
  );
}
