import { Badge, type BadgeProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a colour means: ok green, wait amber, info blue, bad red, idle grey. */
export type Meaning = 'ok' | 'wait' | 'info' | 'bad' | 'idle';

/** Pill says something in a word with its colour. */
export function Pill({ meaning, children, ...rest }: { meaning: Meaning; children: ReactNode } & Omit<BadgeProps, 'color'>) {
  return (
    <Badge
      {...rest}
      style={{ background: `var(--c-${meaning}-ground)`, color: `var(--c-${meaning}-ink)`, flexShrink: 0, ...(rest.style as object) }}
    >
      {children}
    </Badge>
  );
}

/** Dot is the colour alone; a word stands beside it. */
export function Dot({ meaning, size = 8 }: { meaning: Meaning; size?: number }) {
  return (
    <span
      aria-hidden
      style={{ width: size, height: size, borderRadius: '50%', background: `var(--c-${meaning}-dot)`, flexShrink: 0, display: 'inline-block' }}
    />
  );
}
