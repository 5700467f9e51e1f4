import { Kbd, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { can, useSession } from '@/api/session';
import { EmptyState } from '@/ui/EmptyState';
import { Panel } from '@/ui/Panel';
import { shortcuts, topics } from './topics';

/** Help is the short manual within the page: it needs no network and speaks the user's language. */
export function Help() {
  const { t } = useTranslation();
  const session = useSession();
  const [typed, setTyped] = useState('');
  const shown = topics
    .filter((topic) => !topic.needs || can(session, topic.needs.object, topic.needs.action))
    .map(({ id }) => ({ id, title: t(`help.topics.${id}.title`), body: t(`help.topics.${id}.body`) }))
    .filter(({ title, body }) => `${title} ${body}`.toLocaleLowerCase().includes(typed.trim().toLocaleLowerCase()));
  return (
    <Stack gap="md" p="lg" maw={760} w="100%" mx="auto">
      <Title order={1}>{t('help.title')}</Title>
      <TextInput
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        placeholder={t('help.search')}
        aria-label={t('help.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      {shown.length === 0 && <EmptyState title={t('help.nothing')} hint={t('help.nothingHint')} />}
      {shown.map(({ id, title, body }) => (
        <Panel key={id} title={title} id={id}>
          <Stack gap="xs">
            {body.split('\n').map((paragraph) => (
              <Text key={paragraph} size="sm">
                {paragraph}
              </Text>
            ))}
          </Stack>
        </Panel>
      ))}
      <Panel title={t('help.keys.title')} flush>
        <Table verticalSpacing={6} horizontalSpacing="md">
          <Table.Tbody>
            {shortcuts.map(({ id, keys }) => (
              <Table.Tr key={id}>
                <Table.Td>{t(`help.keys.${id}`)}</Table.Td>
                <Table.Td ta="right">
                  <Kbd>{keys}</Kbd>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </Stack>
  );
}
