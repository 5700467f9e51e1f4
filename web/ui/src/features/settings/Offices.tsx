import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { EmptyState } from '@/ui/EmptyState';
import { Panel } from '@/ui/Panel';
import { Rows } from '@/ui/Rows';
import { AsYaml } from './AsYaml';
import { officesQuery } from './office';
import { officesFile } from './officeFile';
import { OfficeForm } from './OfficeForm';
import { type Branch, officeTree } from './officeTree';
import { useRegionName } from './regions';
import { AddButton, Section } from './Section';
import { manages } from './sections';
import { TwoLines } from './TwoLines';
import { useEdited } from './useEdited';
import { useStanding } from './useStanding';

/** Offices: who works where, by whose clock, and how numbers are read there. */
export function Offices() {
  const { t } = useTranslation();
  const may = manages(useSession());
  const regionName = useRegionName();
  const { data, error, refetch } = useQuery(officesQuery);
  const { edit, open, add, close } = useEdited();
  const items = data?.items ?? [];
  const { chosen, gone } = useStanding(items, edit);
  const name = (o: Branch) => <span style={{ paddingLeft: o.depth * 20 }}>{o.name}</span>;
  return (
    <Section
      id="offices"
      error={error}
      retry={refetch}
      loading={!data}
      actions={
        <>
          <AsYaml write={() => officesFile(items)} />
          {may && <AddButton onClick={add}>{t('settings.office.add')}</AddButton>}
        </>
      }
    >
      <Panel flush>
        <Rows
          label={t('settings.section.offices.title')}
          rows={officeTree(items)}
          id={(o) => o.id}
          onOpen={(o) => open(o.id)}
          href={(o) => `?edit=${o.id}`}
          columns={[
            { key: 'name', header: t('settings.field.title'), width: 'minmax(160px, 2fr)', render: name },
            { key: 'timezone', header: t('settings.field.timezone'), width: 'minmax(140px, 1fr)', render: (o) => o.timezone },
            { key: 'region', header: t('settings.field.region'), width: 'minmax(120px, 1fr)', render: (o) => (o.region ? regionName(o.region) : '—') },
          ]}
          narrow={(o) => <TwoLines first={`${'– '.repeat(o.depth)}${o.name}`} second={[o.timezone, o.region && regionName(o.region)]} />}
          empty={<EmptyState title={t('settings.office.none')} />}
        />
      </Panel>
      {data && (chosen || (edit === 'new' && may)) && <OfficeForm key={edit} office={chosen} gone={gone} all={items} revision={data.revision} onClose={close} />}
    </Section>
  );
}
