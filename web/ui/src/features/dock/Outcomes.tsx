import { Button, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem } from '@/api/problem';
import type { Call, Outcome } from '@/api/schema';
import { kindMeaning, outcomeName } from '@/parts/call/outcomeName';
import { NoteEditor } from '@/parts/notes/NoteEditor';
import { useDraft } from '@/parts/notes/useDraft';
import { Dot } from '@/ui/Meaning';
import { KeyHint } from '@/ui/KeyHint';
import { complain } from '@/ui/notice';
import { useKeys } from '@/ui/useKeys';
import classes from './Dock.module.css';

const mostKeys = 9;

const outcomesQuery = (queue: string | undefined) => ({
  queryKey: keys.outcomes(queue ?? ''),
  queryFn: ({ signal }: { signal: AbortSignal }) => answer(api.GET('/outcomes', { params: { query: { queue } }, signal })),
});

/** useOutcome says what came of a call; `lacking` is the outcome for which something is missing yet. */
export function useOutcome(call: string) {
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: (o: Outcome) => answer(api.PUT('/calls/{id}/outcome', { params: { path: { id: call } }, body: { outcome: o.key } })),
    onError: (err, o) => {
      if (!lacks(err, o)) complain(err);
    },
  });
  return {
    choose: mutate,
    pending: isPending ? variables.key : undefined,
    lacking: variables && lacks(error, variables) ? variables : undefined,
  };
}

const lacks = (err: unknown, o: Outcome) => o.requires !== undefined && err instanceof ApiProblem && err.status === 422;

interface Props extends ReturnType<typeof useOutcome> {
  call: Call;
}

/** Outcomes says in one key what came of the call, and what is missing before it can be said. */
export function Outcomes({ call, choose, pending, lacking }: Props) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(outcomesQuery(call.queue));
  const offered = data?.items ?? [];
  useKeys(Object.fromEntries(offered.slice(0, mostKeys).map((o, n) => [String(n + 1), () => choose(o)])), { rank: 'phone' });
  if (!offered.length) return null;
  const name = lacking && outcomeName(i18n.language, lacking);
  return (
    <div className={classes.next}>
      <Text size="xs" c="dimmed" id="dock-outcomes">
        {t('dock.outcome.label')}
      </Text>
      <div className={classes.buttons} role="group" aria-labelledby="dock-outcomes">
        {offered.map((o, n) => {
          const chosen = call.outcome?.key === o.key;
          return (
            <Button
              key={o.key}
              size="sm"
              variant={chosen ? 'light' : 'default'}
              justify="flex-start"
              classNames={{ label: classes.outcome }}
              aria-pressed={chosen}
              loading={pending === o.key}
              leftSection={chosen ? <IconCheck size={16} aria-hidden /> : <Dot meaning={kindMeaning[o.kind]} />}
              rightSection={n < mostKeys && <KeyHint keys={String(n + 1)} />}
              onClick={() => choose(o)}
            >
              {outcomeName(i18n.language, o)}
            </Button>
          );
        })}
      </div>
      <Text size="xs" role="status" mt={4} mih={34} c={lacking ? undefined : 'dimmed'}>
        {lacking?.requires === 'note' && t('dock.outcome.needsNote', { name })}
        {lacking?.requires === 'task' && t('dock.outcome.needsTask', { name })}
        {!lacking && call.wrap_up?.until_outcome && !call.outcome && t('dock.outcome.first')}
      </Text>
      {lacking?.requires === 'note' && <WantedNote call={call.id} onDone={() => choose(lacking)} />}
    </div>
  );
}

/** WantedNote is the note without which the outcome can't be said: where one is, and kept while one types. */
function WantedNote({ call, onDone }: { call: string; onDone: () => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  return <NoteEditor draft={useDraft({ call })} label={t('dock.note')} inputRef={field} onDone={onDone} />;
}
