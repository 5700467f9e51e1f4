import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Invitation, OfficeUser } from '@/api/schema';
import { complain, notice } from '@/ui/notice';
import classes from './EditPanel.module.css';
import { InvitationLink } from './InvitationLink';
import { sessionsQuery } from './office';

/** PersonAccess: what is done at once, beside the form: a new link, the end of sessions. */
export function PersonAccess({ user }: { user: OfficeUser }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [made, setMade] = useState<Invitation>();
  const { data } = useQuery(sessionsQuery);
  const sessions = data?.items.filter((s) => s.login === user.login && !s.current) ?? [];
  const fresh = () => cache.invalidateQueries({ queryKey: keys.office.all });
  const invite = useMutation({
    mutationFn: () => answer(api.POST('/office/invitations', { body: { user_id: user.id } })),
    onSuccess: setMade,
    onError: complain,
    onSettled: fresh,
  });
  const end = useMutation({
    mutationFn: () => Promise.all(sessions.map(({ id }) => answer(api.DELETE('/me/sessions/{id}', { params: { path: { id } } })))),
    onSuccess: () => notice(t('settings.person.sessionsEnded')),
    onError: complain,
    onSettled: fresh,
  });
  return (
    <Stack gap="sm" className={classes.apart}>
      <Text size="sm" fw={500}>
        {t('settings.person.atOnce')}
      </Text>
      {made ? (
        <InvitationLink invitation={made} />
      ) : (
        <Group gap="sm">
          <Button variant="default" onClick={() => invite.mutate()} loading={invite.isPending} disabled={user.blocked_at !== undefined}>
            {t('settings.person.newLink')}
          </Button>
          <Text size="xs" c="dimmed" flex="1 1 180px">
            {t('settings.person.newLinkHint')}
          </Text>
        </Group>
      )}
      <Group gap="sm">
        <Button variant="default" onClick={() => end.mutate()} loading={end.isPending} disabled={sessions.length === 0}>
          {t('settings.person.endSessions')}
        </Button>
        <Text size="xs" c="dimmed" flex="1 1 180px">
          {sessions.length ? t('settings.person.signedIn', { count: sessions.length }) : t('settings.person.notSignedIn')}
        </Text>
      </Group>
    </Stack>
  );
}
