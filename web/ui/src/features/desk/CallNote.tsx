import { Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/ui/Panel';
import { useCallNote } from './useCallNote';

/** The place where a note about the call is typed; the phone's N leads here. */
export const noteField = 'call-note';

/** CallNote is written while one talks. */
export function CallNote({ call }: { call: string }) {
  const { t } = useTranslation();
  const { body, status, type } = useCallNote(call);
  return (
    <Panel
      title={t('desk.note.title')}
      actions={
        <Text size="xs" c="dimmed" role="status" pr={4}>
          {status !== 'empty' && t(`desk.note.${status}`)}
        </Text>
      }
    >
      <Textarea
        id={noteField}
        value={body}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={20_000}
        placeholder={t('desk.note.hint')}
        aria-label={t('desk.note.title')}
        data-draft={status === 'waiting' || status === 'saving' || undefined}
        onChange={(e) => type(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Escape' && e.currentTarget.blur()}
      />
    </Panel>
  );
}
