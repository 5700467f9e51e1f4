import { Button, Code, Group, Modal, Text } from '@mantine/core';
import { IconFileCode } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/ui/Copyable';

/** AsYaml shows a section as an office file, for `callcard apply`. */
export function AsYaml({ write }: { write: () => string }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string>();
  return (
    <>
      <Button variant="default" leftSection={<IconFileCode size={16} aria-hidden />} onClick={() => setText(write())}>
        {t('settings.yaml.show')}
      </Button>
      <Modal opened={text !== undefined} onClose={() => setText(undefined)} title={t('settings.yaml.title')} size="lg" closeButtonProps={{ 'aria-label': t('ui.close') }}>
        <Text size="sm" c="dimmed" mb="sm">
          {t('settings.yaml.hint')}
        </Text>
        <Code block tabIndex={0} style={{ maxHeight: '55dvh', overflow: 'auto', background: 'var(--c-panel)', border: '1px solid var(--c-line)' }}>
          {text}
        </Code>
        <Group mt="md">
          <CopyButton value={text ?? ''} label={t('ui.copy')} />
        </Group>
      </Modal>
    </>
  );
}
