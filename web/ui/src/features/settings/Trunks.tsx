import { Group } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Trunk } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { EmptyState } from '@/ui/EmptyState';
import { Panel } from '@/ui/Panel';
import { Rows } from '@/ui/Rows';
import { AsYaml } from './AsYaml';
import { trunksQuery } from './office';
import { trunksFile } from './officeFile';
import { AddButton, Section } from './Section';
import { TrunkForm } from './TrunkForm';
import { TrunkPill, useTrunkWords } from './TrunkState';
import { TwoLines } from './TwoLines';
import { useEdited } from './useEdited';
import { useStanding } from './useStanding';

/** Trunks: the lines to the world, and how they do at this moment. */
export function Trunks() {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useTrunkWords();
  const { data, error, refetch } = useQuery(trunksQuery);
  const { edit, open, add, close } = useEdited();
  const items = data?.items ?? [];
  const { chosen, gone } = useStanding(items, edit);
  const way = (x: Trunk) => [x.server && t('settings.trunk.byAccount', { server: x.server }), x.hosts.length > 0 && x.hosts.join(', ')].filter(Boolean).join(' · ');
  const calls = (x: Trunk) => {
    const now = format.number(x.status?.calls ?? 0);
    return x.max_calls ? t('settings.trunk.callsOf', { now, most: format.number(x.max_calls) }) : now;
  };
  return (
    <Section
      id="trunks"
      error={error}
      retry={refetch}
      loading={!data}
      actions={
        <>
          <AsYaml write={() => trunksFile(items)} />
          <AddButton onClick={add}>{t('settings.trunk.add')}</AddButton>
        </>
      }
    >
      <Panel flush>
        <Rows
          label={t('settings.section.trunks.title')}
          rows={items}
          id={(x) => x.id}
          onOpen={(x) => open(x.id)}
          href={(x) => `?edit=${x.id}`}
          columns={[
            { key: 'name', header: t('settings.field.title'), width: 'minmax(110px, 1fr)', render: (x) => x.name },
            {
              key: 'state',
              header: t('settings.trunk.state'),
              width: 'minmax(200px, 2fr)',
              render: (x) => (
                <Group gap="xs" wrap="nowrap">
                  <TrunkPill trunk={x} />
                  <span title={x.status?.reason} style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
                    {words.why(x) ?? words.since(x)}
                  </span>
                </Group>
              ),
            },
            { key: 'way', header: t('settings.trunk.way'), width: 'minmax(140px, 1.4fr)', render: way, from: 760 },
            { key: 'calls', header: t('settings.trunk.calls'), width: '112px', render: calls, align: 'right' },
          ]}
          narrow={(x) => <TwoLines first={x.name} second={[words.why(x) ?? words.since(x), way(x)]} mark={<TrunkPill trunk={x} />} />}
          empty={<EmptyState icon={<IconPlugConnected size={32} stroke={1.5} />} title={t('settings.trunk.none')} hint={t('settings.trunk.noneHint')} />}
        />
      </Panel>
      {data && (chosen || edit === 'new') && <TrunkForm key={edit} trunk={chosen} gone={gone} revision={data.revision} onClose={close} />}
    </Section>
  );
}
