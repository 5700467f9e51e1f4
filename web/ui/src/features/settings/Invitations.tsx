import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Invitation } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { AskFirst } from '@/ui/AskFirst';
import { Pill } from '@/ui/Meaning';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { InvitationLink } from './InvitationLink';
import classes from './Invitations.module.css';
import { invitationsQuery } from './office';

/** Invitations are the links that nobody has used yet. */
export function Invitations() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [made, setMade] = useState<Invitation>();
  const { data } = useQuery(invitationsQuery);
  const fresh = () => cache.invalidateQueries({ queryKey: keys.office.all });
  const renew = useMutation({
    mutationFn: (id: string) => answer(api.POST('/office/invitations/{id}/renew', { params: { path: { id } } })),
    onSuccess: setMade,
    onError: complain,
    onSettled: fresh,
  });
  const withdraw = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/office/invitations/{id}', { params: { path: { id } } })),
    onSuccess() {
      setMade(undefined);
      notice(t('settings.invitation.withdrawn'));
    },
    onError: complain,
    onSettled: fresh,
  });
  if (!data?.items.length) return null;
  return (
    <Panel title={t('settings.invitation.title')} flush>
      <ul className={classes.list}>
        {data.items.map((i) => (
          <li key={i.id} className={classes.row}>
            <Stack gap="sm">
              <Group justify="space-between" gap="sm">
                <Facts invitation={i} />
                <Group gap="sm">
                  <Button variant="default" onClick={() => renew.mutate(i.id)} loading={renew.isPending && renew.variables === i.id}>
                    {t('settings.invitation.renew')}
                  </Button>
                  <AskFirst
                    question={t('settings.invitation.withdrawAsk', { name: i.name })}
                    yes={t('settings.invitation.withdrawYes')}
                    onYes={() => withdraw.mutate(i.id)}
                    loading={withdraw.isPending && withdraw.variables === i.id}
                  >
                    {t('settings.invitation.withdraw')}
                  </AskFirst>
                </Group>
              </Group>
              {made?.id === i.id && <InvitationLink invitation={made} />}
            </Stack>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Facts({ invitation: i }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div style={{ flex: '1 1 240px', minWidth: 0 }}>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {i.name}
        </Text>
        {i.expired && <Pill meaning="bad">{t('settings.invitation.expired')}</Pill>}
      </Group>
      <Text size="xs" c="dimmed">
        {[i.login, t(`settings.role.${i.role}.name`, i.role), i.office, !i.expired && t('settings.invitation.until', { when: format.when(i.expires_at) })].filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}
