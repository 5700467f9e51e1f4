import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: string;
  /** What to do next, in a sentence. */
  hint?: ReactNode;
  /** The button that does it. */
  action?: ReactNode;
}

/** EmptyState stands where nothing is yet, and teaches the next step. */
export function EmptyState({ icon, title, hint, action }: Props) {
  return (
    <Stack align="center" gap={6} py={32} px="md" ta="center">
      <span aria-hidden style={{ color: 'var(--mantine-color-dimmed)', lineHeight: 0 }}>
        {icon}
      </span>
      <Text fw={500}>{title}</Text>
      {hint && (
        <Text size="sm" c="dimmed" maw={380}>
          {hint}
        </Text>
      )}
      {action && <div style={{ marginTop: 6 }}>{action}</div>}
    </Stack>
  );
}
