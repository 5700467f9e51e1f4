import { Button, type ButtonProps, Group, Popover, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props extends ButtonProps {
  /** What will be lost, in one sentence. */
  question: string;
  /** The words of the button that does it. */
  yes: string;
  onYes: () => void;
  'aria-label'?: string;
  children: ReactNode;
}

/** AskFirst is a button for what can't be undone: it asks once, in place. What can be undone is done at once. */
export function AskFirst({ question, yes, onYes, children, ...button }: Props) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  return (
    <Popover opened={asks} onChange={setAsks} width={280} position="bottom-end" shadow="md" trapFocus returnFocus withArrow>
      <Popover.Target>
        <Button variant="default" {...button} onClick={() => setAsks(!asks)}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="sm">
          {question}
        </Text>
        <Group gap="sm" justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => setAsks(false)}>
            {t('ui.no')}
          </Button>
          <Button
            color="red.8"
            onClick={() => {
              setAsks(false);
              onYes();
            }}
          >
            {yes}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
