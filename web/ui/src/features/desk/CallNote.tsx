import { useTranslation } from 'react-i18next';
import { NoteEditor } from '@/parts/notes/NoteEditor';
import { useDraft } from '@/parts/notes/useDraft';
import { Panel } from '@/ui/Panel';

/** The place where a note about the call is typed; the phone's N leads here. */
export const noteField = 'call-note';

/** CallNote is written while one talks. */
export function CallNote({ call }: { call: string }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('desk.note.title')}>
      <NoteEditor draft={useDraft({ call })} id={noteField} label={t('desk.note.title')} />
    </Panel>
  );
}
