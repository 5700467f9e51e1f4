import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { demoQuery } from './queries';

/** DemoPeople lets a newcomer come in as anybody of the demo office, by one click. */
export function DemoPeople({ onChoose }: { onChoose: (login: string, password: string) => void }) {
  const { t } = useTranslation();
  const { data: demo } = useQuery(demoQuery);
  if (!demo) return null;
  const password = demo.password;
  return (
    <Stack gap="sm" mt="lg">
      <Text size="sm" c="dimmed">
        {t(password ? 'demo.people' : 'demo.peopleFar')}
      </Text>
      {password && (
        <Group gap="xs">
          {demo.people.map((p) => (
            <Button key={p.login} variant="default" onClick={() => onChoose(p.login, password)}>
              {p.name}
              <Text span size="xs" c="dimmed" ml={6}>
                {t(`demo.role.${p.role}`)}
              </Text>
            </Button>
          ))}
        </Group>
      )}
    </Stack>
  );
}
