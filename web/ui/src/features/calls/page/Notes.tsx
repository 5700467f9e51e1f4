import { useTranslation } from 'react-i18next';
import type { Activity, CallDetail } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { NoteEditor } from '@/parts/notes/NoteEditor';
import { useDraft, useDraftState } from '@/parts/notes/useDraft';
import { useNameOf } from '@/parts/people/nameOf';
import { Panel } from '@/ui/Panel';
import classes from './CallPage.module.css';

/** Notes is what was written about the call, and a place to write more. */
export function Notes({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const draft = useDraft({ call: call.id });
  const typing = useDraftState(draft, (d) => d.noteId);
  return (
    <Panel title={t('calls.notes')}>
      {call.notes
        .filter((n) => n.id !== typing) // that one stands in its field
        .map((n) => (
          <Note key={n.id} note={n} />
        ))}
      <div className={classes.composer}>
        <NoteEditor draft={draft} />
      </div>
    </Panel>
  );
}

function Note({ note }: { note: Activity }) {
  const f = useFormat();
  const nameOf = useNameOf();
  return (
    <article className={classes.note}>
      <div className={classes.text}>{note.body}</div>
      <div className={classes.dimmed}>
        {note.user && `${nameOf(note.user)} · `}
        <time dateTime={note.at}>{f.when(note.at)}</time>
      </div>
    </article>
  );
}
