import { useCallback, useEffect, useRef, useState } from 'react';
import { answer, api } from '@/api/client';
import { isAway } from '@/api/problem';
import { complain } from '@/ui/notice';
import { type Draft, keepDraft, takeDraft } from './noteShelf';

const pause = 700; // after the last key
const again = 3_000; // while the server or its database is away

type Status = 'empty' | 'saving' | 'saved' | 'waiting' | 'failed';

/** useCallNote is the note about a call, saved while it is typed, under one id. */
export function useCallNote(call: string): { body: string; status: Status; type: (body: string) => void } {
  const [draft, setDraft] = useState<Draft>(() => takeDraft(call) ?? { id: crypto.randomUUID(), body: '', saved: true, at: Date.now() });
  const [status, setStatus] = useState<Status>(draft.body === '' ? 'empty' : draft.saved ? 'saved' : 'waiting');
  const latest = useRef(draft);
  latest.current = draft;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(async () => {
    const { id, body } = latest.current;
    if (body.trim() === '') return;
    setStatus('saving');
    try {
      await answer(api.POST('/calls/{id}/notes', { params: { path: { id: call } }, body: { id, body } }));
      if (latest.current.body !== body) return; // more was typed, and will be saved
      const saved = { ...latest.current, saved: true };
      keepDraft(call, saved);
      setDraft(saved);
      setStatus('saved');
    } catch (err) {
      if (isAway(err)) {
        setStatus('waiting');
        timer.current = setTimeout(() => void save(), again);
        return;
      }
      setStatus('failed');
      complain(err);
    }
  }, [call]);

  useEffect(() => {
    if (!latest.current.saved) void save(); // left over from before a reload
    return () => {
      clearTimeout(timer.current);
      if (!latest.current.saved) void save();
    };
  }, [save]);

  const type = (body: string) => {
    const typed = { ...latest.current, body, saved: false, at: Date.now() };
    latest.current = typed;
    keepDraft(call, typed);
    setDraft(typed);
    setStatus('waiting');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save(), pause);
  };
  return { body: draft.body, status, type };
}
