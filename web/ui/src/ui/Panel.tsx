import { Group, Paper, type PaperProps, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Panel.module.css';

interface Props extends PaperProps {
  title?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** Without padding, for lists that reach the edges. */
  flush?: boolean;
  children?: ReactNode;
  id?: string;
  'data-testid'?: string;
}

/** Panel is the white surface that everything stands on. */
export function Panel({ title, actions, flush, children, className, ...rest }: Props) {
  return (
    <Paper component="section" className={`${classes.panel} ${className ?? ''}`} {...rest}>
      {(title !== undefined || actions) && (
        <Group justify="space-between" wrap="nowrap" gap="sm" className={classes.head}>
          <Title order={2} size="h3" className={classes.title}>
            {title}
          </Title>
          {actions}
        </Group>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </Paper>
  );
}
