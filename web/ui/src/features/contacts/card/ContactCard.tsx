import { Modal, SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isGone } from '@/api/problem';
import { contactQuery } from '@/api/queries';
import type { Contact } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { NoteEditor } from '@/parts/notes/NoteEditor';
import { useDraft, useDraftState } from '@/parts/notes/useDraft';
import { Broken } from '@/ui/Broken';
import { complainInWords } from '@/ui/notice';
import { NotHere } from '@/ui/NotHere';
import { useKeys } from '@/ui/useKeys';
import { ExistingCards } from '../create/ExistingCards';
import { CallStrip } from './CallStrip';
import { CardContext, useOtherEditor } from './CardContext';
import { CardHeader } from './CardHeader';
import classes from './ContactCard.module.css';
import { Facts } from './Facts';
import { LastTalks } from './LastTalks';
import { MergeView } from './MergeView';
import { Tasks } from './tasks/Tasks';
import { Timeline } from './timeline/Timeline';
import { useSave } from './useSave';

interface Props {
  id: string;
  /** Stands below a call, which itself shows the name, the note, the tasks and the last talks. */
  inCall?: boolean;
  /** The card was merged into another one. */
  onMoved?: (survivor: string) => void;
  onDeleted?: () => void;
}

/** ContactCard is everything about a client; it fits itself into the place that it is given. */
export function ContactCard({ id, onMoved, ...rest }: Props) {
  const { data, error, refetch } = useQuery(contactQuery(id));
  const survivor = data && data.id !== id ? data.id : undefined;
  useEffect(() => {
    if (survivor) onMoved?.(survivor);
  }, [survivor, onMoved]);
  return (
    <div className={classes.screen}>
      {isGone(error) ? <NotHere /> : data ? <Loaded key={data.id} contact={data} {...rest} /> : error ? <Broken error={error} reset={() => void refetch()} /> : <Waiting />}
    </div>
  );
}

const panes = ['history', 'facts', 'tasks'] as const;

function Loaded({ contact, inCall = false, onDeleted }: { contact: Contact } & Pick<Props, 'inCall' | 'onDeleted'>) {
  const { t } = useTranslation();
  const session = useSession();
  const { save, clashes, settle, taken, leave } = useSave(contact.id);
  const otherEditor = useOtherEditor(contact.id, session.user.login);
  const mayEdit = can(session, 'contacts', 'update');
  const card = useMemo(() => ({ contact, save, mayEdit, otherEditor }), [contact, save, mayEdit, otherEditor]);
  const [pane, setPane] = useState<(typeof panes)[number]>('history');
  const anyway = async () => {
    if (!taken) return;
    leave();
    const error = await save(taken.order.change, taken.order.base, true);
    if (error) complainInWords(error);
  };
  return (
    <CardContext value={card}>
      <article className={classes.card} aria-label={contact.name} data-pane={pane} data-in-call={inCall || undefined}>
        {!inCall && <CallStrip contact={contact.id} />}
        {!inCall && <CardHeader onDeleted={() => onDeleted?.()} />}
        <div className={classes.panes}>
          <SegmentedControl
            aria-label={t('contacts.panes.label')}
            fullWidth
            data={panes.filter((p) => !inCall || p !== 'tasks').map((value) => ({ value, label: t(`contacts.panes.${value}`) }))}
            value={pane}
            onChange={(p) => setPane(panes.find((x) => x === p) ?? 'history')}
          />
        </div>
        <div className={classes.columns}>
          <aside className={classes.facts} aria-label={t('contacts.panes.facts')}>
            <Facts />
          </aside>
          <div className={classes.history}>
            {inCall ? <Timeline contact={contact.id} /> : <History contact={contact.id} onNote={() => setPane('history')} />}
          </div>
          {!inCall && (
            <aside className={classes.tasks} aria-label={t('contacts.panes.tasks')}>
              <Tasks contact={contact.id} onNew={() => setPane('tasks')} />
              <LastTalks contact={contact.id} />
            </aside>
          )}
        </div>
      </article>
      <MergeView clashes={clashes} onSettled={() => settle()} />
      <Modal opened={taken !== undefined} onClose={leave} title={t('contacts.existing.title')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
        {taken && <ExistingCards existing={taken.existing} onAnyway={() => void anyway()} />}
      </Modal>
    </CardContext>
  );
}

function History({ contact, onNote }: { contact: string; onNote: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft({ contact });
  const typing = useDraftState(draft, (d) => (d.status === 'empty' ? undefined : d.noteId));
  useKeys({
    n: () => {
      onNote();
      requestAnimationFrame(() => field.current?.focus());
    },
  });
  return (
    <>
      <div className={classes.editor}>
        <NoteEditor draft={draft} inputRef={field} />
      </div>
      <Timeline contact={contact} typing={typing} />
    </>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <div className={classes.card} role="status" aria-label={t('ui.loading')}>
      <div className={classes.waitingHead}>
        <Skeleton w={44} h={44} radius="lg" />
        <div>
          <Skeleton h={22} w={220} mb={8} />
          <Skeleton h={14} w={320} maw="60vw" />
        </div>
      </div>
      <div className={classes.waitingBody}>
        {Array.from({ length: 8 }, (_, n) => (
          <Skeleton key={n} h={14} w={`${90 - ((n * 17) % 40)}%`} />
        ))}
      </div>
    </div>
  );
}
