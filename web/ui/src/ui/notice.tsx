import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { errorWords } from './errorWords';
import { newId } from './id';

/** notice says for a moment that something was done, with a way back if there is one. */
export function notice(text: string, undo?: () => unknown) {
  const id = newId();
  notifications.show({
    id,
    color: 'ink',
    autoClose: undo ? 10_000 : 4_000,
    closeButtonProps: { 'aria-label': i18next.t('ui.close') },
    message: undo ? (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{text}</Text>
        <Button
          variant="subtle"
          onClick={() => {
            notifications.hide(id);
            void undo();
          }}
        >
          {i18next.t('ui.undo')}
        </Button>
      </Group>
    ) : (
      text
    ),
  });
}

/** complain says that something the user asked for did not work, and what to do. */
export const complain = (err: unknown) => complainInWords(errorWords(i18next.t, err));

/** complainInWords is complain for who has the words already. */
export function complainInWords(words: string) {
  notifications.show({
    color: 'red',
    autoClose: 8_000,
    closeButtonProps: { 'aria-label': i18next.t('ui.close') },
    message: <span role="alert">{words}</span>,
  });
}
