import { Group } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfficeUser } from '@/api/schema';
import { useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { useLive } from '@/live/store';
import { EmptyState } from '@/ui/EmptyState';
import { Dot, Pill } from '@/ui/Meaning';
import { Panel } from '@/ui/Panel';
import { Rows } from '@/ui/Rows';
import { AsYaml } from './AsYaml';
import { Invitations } from './Invitations';
import { InvitePanel } from './InvitePanel';
import { sessionsQuery, usersQuery } from './office';
import { usersFile } from './officeFile';
import { PersonForm } from './PersonForm';
import { AddButton, Section } from './Section';
import { manages } from './sections';
import { TwoLines } from './TwoLines';
import { useEdited } from './useEdited';
import { useStanding } from './useStanding';

/** People: who works here, as what, and whether his phone is there. */
export function People() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = manages(useSession());
  const { data, error, refetch } = useQuery(usersQuery);
  const agents = useLive((p) => p.agents);
  const seen = useSeen(may);
  const { edit, open, add, close } = useEdited();
  const items = data?.items ?? [];
  const { chosen, gone } = useStanding(items, edit);
  const role = (u: OfficeUser) => t(`settings.role.${u.role}.name`, u.role);
  const lastSeen = (u: OfficeUser) => {
    const at = seen.get(u.login);
    return at ? format.ago(at) : '—';
  };
  return (
    <Section
      id="people"
      error={error}
      retry={refetch}
      loading={!data}
      actions={
        <>
          <AsYaml write={() => usersFile(items)} />
          {may && <AddButton onClick={add}>{t('settings.person.invite')}</AddButton>}
        </>
      }
    >
      <Panel flush>
        <Rows
          label={t('settings.section.people.title')}
          rows={items}
          id={(u) => u.id}
          onOpen={(u) => open(u.id)}
          href={(u) => `?edit=${u.id}`}
          columns={[
            { key: 'name', header: t('settings.field.name'), width: 'minmax(150px, 2fr)', render: (u) => u.name },
            { key: 'login', header: t('settings.field.login'), width: 'minmax(80px, 1fr)', render: (u) => u.login, from: 820 },
            { key: 'role', header: t('settings.field.role'), width: 'minmax(112px, 1fr)', render: role },
            { key: 'office', header: t('settings.field.office'), width: 'minmax(90px, 1fr)', render: (u) => u.office, from: 700 },
            {
              key: 'phone',
              header: t('settings.person.phone'),
              width: 'minmax(150px, 1.2fr)',
              render: (u) => <Phone user={u} connected={agents[u.login]?.device} />,
            },
            ...(may ? [{ key: 'seen', header: t('settings.person.seen'), width: '120px', render: lastSeen, from: 900 }] : []),
            { key: 'mark', header: t('settings.person.access'), width: '128px', render: (u) => <Access user={u} /> },
          ]}
          narrow={(u) => <TwoLines first={u.name} second={[role(u), u.office, u.extension]} mark={<Access user={u} />} />}
          empty={<EmptyState icon={<IconUsers size={32} stroke={1.5} />} title={t('settings.person.none')} />}
        />
      </Panel>
      {may && <Invitations />}
      {chosen && <PersonForm key={edit} user={chosen} gone={gone} onClose={close} />}
      {edit === 'new' && may && <InvitePanel onClose={close} />}
    </Section>
  );
}

// useSeen gives when each was seen last in a session that has not ended.
function useSeen(may: boolean): Map<string, string> {
  const { data } = useQuery({ ...sessionsQuery, enabled: may });
  return useMemo(() => {
    const last = new Map<string, string>();
    for (const s of data?.items ?? []) {
      const known = last.get(s.login);
      if (!known || known < s.seen_at) last.set(s.login, s.seen_at);
    }
    return last;
  }, [data]);
}

function Phone({ user, connected }: { user: OfficeUser; connected?: boolean }) {
  const { t } = useTranslation();
  if (!user.extension) return <>—</>;
  return (
    <Group gap={6} wrap="nowrap">
      <span className="tabular">{user.extension}</span>
      {connected !== undefined && (
        <>
          <Dot meaning={connected ? 'ok' : 'idle'} />
          {t(connected ? 'settings.person.connected' : 'settings.person.notConnected')}
        </>
      )}
    </Group>
  );
}

function Access({ user }: { user: OfficeUser }) {
  const { t } = useTranslation();
  if (user.blocked_at) return <Pill meaning="bad">{t('settings.person.isBlocked')}</Pill>;
  if (!user.has_password) return <Pill meaning="wait">{t('settings.person.noPassword')}</Pill>;
  return null;
}
