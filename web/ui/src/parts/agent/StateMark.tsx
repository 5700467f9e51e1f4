import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AgentState } from '@/api/schema';
import { Elapsed } from '@/ui/Elapsed';
import { Dot } from '@/ui/Meaning';
import { reasonWords, stateMeaning, stateWords } from './state';

/** StateMark shows what an agent does and since when: colour, word, timer. */
export function StateMark({ state }: { state: AgentState }) {
  const { t } = useTranslation();
  const reason = reasonWords(t, state);
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      <Dot meaning={stateMeaning[state.state]} />
      <Text size="sm" truncate>
        {stateWords(t, state.state)}
        {reason && ` · ${reason}`}
      </Text>
      <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        <Elapsed since={state.since} />
      </Text>
    </Group>
  );
}
