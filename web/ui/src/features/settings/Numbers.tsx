import { useQuery } from '@tanstack/react-query';
import { IconHash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { numbersQuery } from '@/api/queries';
import type { Number as Dialled } from '@/api/schema';
import { useSession } from '@/api/session';
import { EmptyState } from '@/ui/EmptyState';
import { Pill } from '@/ui/Meaning';
import { Panel } from '@/ui/Panel';
import { prettyPhone } from '@/ui/phone';
import { Rows } from '@/ui/Rows';
import { AsYaml } from './AsYaml';
import { NumberForm } from './NumberForm';
import { numbersFile } from './officeFile';
import { AddButton, Section } from './Section';
import { manages } from './sections';
import { TwoLines } from './TwoLines';
import { useEdited } from './useEdited';
import { useStanding } from './useStanding';

/** Numbers: what clients dial, where it leads, and which advertisement it stands for. */
export function Numbers() {
  const { t } = useTranslation();
  const may = manages(useSession());
  const { data, error, refetch } = useQuery(numbersQuery);
  const { edit, open, add, close } = useEdited();
  const items = data?.items ?? [];
  const { chosen, gone } = useStanding(items, edit);
  const queue = (n: Dialled) => n.queue ?? <Pill meaning="wait">{t('settings.number.nowhere')}</Pill>;
  return (
    <Section
      id="numbers"
      error={error}
      retry={refetch}
      loading={!data}
      actions={
        <>
          <AsYaml write={() => numbersFile(items)} />
          {may && <AddButton onClick={add}>{t('settings.number.add')}</AddButton>}
        </>
      }
    >
      <Panel flush>
        <Rows
          label={t('settings.section.numbers.title')}
          rows={items}
          id={(n) => n.id}
          onOpen={(n) => open(n.id)}
          href={(n) => `?edit=${n.id}`}
          columns={[
            { key: 'number', header: t('settings.field.number'), width: 'minmax(160px, 1fr)', render: (n) => <span className="tabular">{prettyPhone(n.number)}</span> },
            { key: 'queue', header: t('settings.field.queue'), width: 'minmax(120px, 1fr)', render: queue },
            { key: 'source', header: t('settings.field.source'), width: 'minmax(120px, 1fr)', render: (n) => n.source ?? '—' },
            { key: 'office', header: t('settings.field.office'), width: 'minmax(100px, 1fr)', render: (n) => n.office, from: 700 },
          ]}
          narrow={(n) => <TwoLines first={prettyPhone(n.number)} second={[n.queue ?? t('settings.number.nowhere'), n.source]} />}
          empty={<EmptyState icon={<IconHash size={32} stroke={1.5} />} title={t('settings.number.none')} hint={t('settings.number.noneHint')} />}
        />
      </Panel>
      {data && (chosen || (edit === 'new' && may)) && <NumberForm key={edit} number={chosen} gone={gone} revision={data.revision} onClose={close} />}
    </Section>
  );
}
