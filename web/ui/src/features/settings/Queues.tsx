import { useQuery } from '@tanstack/react-query';
import { IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import type { QueuePolicy } from '@/api/schema';
import { EmptyState } from '@/ui/EmptyState';
import { Panel } from '@/ui/Panel';
import { Rows } from '@/ui/Rows';
import { AsYaml } from './AsYaml';
import { durationWords } from './changeWords';
import { queuesQuery } from './office';
import { queuesFile } from './officeFile';
import { QueueForm } from './QueueForm';
import { AddButton, Section } from './Section';
import { manages } from './sections';
import { TwoLines } from './TwoLines';
import { useEdited } from './useEdited';
import { useStanding } from './useStanding';

/** Queues: where calls wait, and who takes them. */
export function Queues() {
  const { t } = useTranslation();
  const may = manages(useSession());
  const { data, error, refetch } = useQuery(queuesQuery);
  const { edit, open, add, close } = useEdited();
  const items = data?.items ?? [];
  const { chosen, gone } = useStanding(items, edit);
  const strategy = (q: QueuePolicy) => t(`settings.strategy.${q.strategy}.name`);
  return (
    <Section
      id="queues"
      error={error}
      retry={refetch}
      loading={!data}
      actions={
        <>
          <AsYaml write={() => queuesFile(items)} />
          {may && <AddButton onClick={add}>{t('settings.queue.add')}</AddButton>}
        </>
      }
    >
      <Panel flush>
        <Rows
          label={t('settings.section.queues.title')}
          rows={items}
          id={(q) => q.id}
          onOpen={(q) => open(q.id)}
          href={(q) => `?edit=${q.id}`}
          columns={[
            { key: 'name', header: t('settings.field.title'), width: 'minmax(120px, 1.2fr)', render: (q) => q.name },
            { key: 'strategy', header: t('settings.field.strategy'), width: 'minmax(140px, 1.4fr)', render: strategy },
            { key: 'agents', header: t('settings.field.agents'), width: 'minmax(140px, 2fr)', render: (q) => q.agents.join(', ') || '—' },
            { key: 'ring', header: t('settings.field.ring'), width: '128px', render: (q) => durationWords(t, q.ring_ms / 1000), from: 700 },
            { key: 'office', header: t('settings.field.office'), width: 'minmax(90px, 1fr)', render: (q) => q.office, from: 800 },
          ]}
          narrow={(q) => <TwoLines first={q.name} second={[strategy(q), q.agents.join(', ')]} />}
          empty={<EmptyState icon={<IconStack2 size={32} stroke={1.5} />} title={t('settings.queue.none')} hint={t('settings.queue.noneHint')} />}
        />
      </Panel>
      {data && (chosen || (edit === 'new' && may)) && <QueueForm key={edit} queue={chosen} gone={gone} revision={data.revision} onClose={close} />}
    </Section>
  );
}
