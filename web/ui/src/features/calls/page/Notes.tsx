import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Activity, CallDetail } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { useNameOf } from '@/parts/people/nameOf';
import { KeyHint } from '@/ui/KeyHint';
import { complain } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import classes from './CallPage.module.css';

/** Notes is what was written about the call, and a place to write more. */
export function Notes({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('calls.notes.title')}>
      {call.notes.map((n) => (
        <Note key={n.id} note={n} />
      ))}
      <Composer callId={call.id} />
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

// What is not sent yet survives a reload and a look at another call.
const draftOf = (callId: string) => `callcard.calls.note.${callId}`;

function Composer({ callId }: { callId: string }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [text, setText] = useState(() => localStorage.getItem(draftOf(callId)) ?? '');
  useEffect(() => {
    if (text) localStorage.setItem(draftOf(callId), text);
    else localStorage.removeItem(draftOf(callId));
  }, [callId, text]);
  const { mutate, isPending } = useMutation({
    mutationFn: (body: string) => answer(api.POST('/calls/{id}/notes', { params: { path: { id: callId } }, body: { body } })),
    onSuccess() {
      setText('');
      return cache.invalidateQueries({ queryKey: keys.calls.one(callId) });
    },
    onError: complain,
  });
  const send = () => text.trim() && !isPending && mutate(text.trim());
  return (
    <div className={classes.composer}>
      <Textarea
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
          e.preventDefault();
          send();
        }}
        placeholder={t('calls.notes.placeholder')}
        aria-label={t('calls.notes.placeholder')}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={20_000}
      />
      <div className={classes.send}>
        <Button onClick={send} loading={isPending} disabled={!text.trim()} rightSection={<KeyHint keys="mod+Enter" />}>
          {t('calls.notes.add')}
        </Button>
      </div>
    </div>
  );
}
