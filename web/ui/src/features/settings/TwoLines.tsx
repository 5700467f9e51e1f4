import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** TwoLines is a row of a list on a telephone. */
export function TwoLines({ first, second, mark }: { first: string; second: (string | undefined)[]; mark?: ReactNode }) {
  return (
    <>
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Text size="sm" fw={500} truncate>
          {first}
        </Text>
        {mark}
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {second.filter(Boolean).join(' · ')}
      </Text>
    </>
  );
}
