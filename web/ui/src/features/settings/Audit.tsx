import { Button, Group, Select, Skeleton, Text, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { AuditLine } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { EmptyState } from '@/ui/EmptyState';
import { Panel } from '@/ui/Panel';
import classes from './Audit.module.css';
import { asQuery, type AuditFilter } from './auditFilter';
import { actionWords, auditFields, auditTitle, objectWords } from './auditWords';
import { FieldLines } from './DiffLines';
import { officesQuery, usersQuery } from './office';
import { Section } from './Section';
import { useEnd } from '@/ui/useEnd';

const objects = ['users', 'sessions', 'api_tokens', 'units', 'queues', 'numbers', 'trunks', 'prompts', 'contacts', 'calls', 'recordings', 'tasks'];
const actions = ['create', 'update', 'delete', 'login', 'logout', 'listen', 'invite', 'accept_invitation', 'withdraw_invitation', 'revoke'];

interface Props {
  filter: AuditFilter;
  onFilter: (filter: AuditFilter) => void;
}

/** Audit: who did what, newest first. */
export function Audit({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = useInfiniteQuery({
    queryKey: keys.office.part('audit', filter),
    queryFn: ({ pageParam, signal }) => answer(api.GET('/office/audit', { params: { query: { ...asQuery(filter), after: pageParam || undefined } }, signal })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next || undefined,
    staleTime: 5_000,
  });
  const end = useEnd(() => void fetchNextPage(), hasNextPage && !isFetchingNextPage && !isFetchNextPageError);
  const names = useNames();
  const lines = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section id="audit" error={isFetchNextPageError ? null : error} retry={refetch} loading={!data && error !== null}>
      <Filter filter={filter} onFilter={onFilter} />
      <Panel flush>
        {!data && <Skeleton h={220} />}
        {data && lines.length === 0 && (
          <EmptyState
            icon={<IconHistory size={32} stroke={1.5} />}
            title={t('settings.audit.none')}
            action={
              <Button variant="default" onClick={() => onFilter({})}>
                {t('settings.audit.all')}
              </Button>
            }
          />
        )}
        <ol className={classes.list} aria-label={t('settings.section.audit.title')} aria-busy={!data}>
          {lines.map((line) => (
            <Line key={line.id} line={line} names={names} />
          ))}
        </ol>
        <div ref={end} className={classes.end}>
          {isFetchNextPageError && (
            <Text size="sm" role="alert">
              {t('ui.moreFailed')}
            </Text>
          )}
          {hasNextPage && (
            <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('settings.audit.more')}
            </Button>
          )}
        </div>
      </Panel>
    </Section>
  );
}

function Filter({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const { data: users } = useQuery(usersQuery);
  const set = (change: AuditFilter) => onFilter({ ...filter, ...change });
  return (
    <Group gap="sm" align="end" role="search" aria-label={t('settings.audit.filter')}>
      <Select
        flex="1 1 150px"
        maw={220}
        searchable
        clearable
        label={t('settings.audit.who')}
        placeholder={t('settings.audit.any')}
        data={users?.items.map((u) => ({ value: u.login, label: u.name })) ?? []}
        value={filter.user ?? null}
        onChange={(user) => set({ user: user ?? undefined })}
      />
      <Select
        flex="1 1 150px"
        maw={220}
        clearable
        label={t('settings.audit.object')}
        placeholder={t('settings.audit.any')}
        data={objects.map((value) => ({ value, label: objectWords(t, value) }))}
        value={filter.object ?? null}
        onChange={(object) => set({ object: object ?? undefined })}
      />
      <Select
        flex="1 1 150px"
        maw={220}
        clearable
        label={t('settings.audit.action')}
        placeholder={t('settings.audit.any')}
        data={actions.map((value) => ({ value, label: actionWords(t, value) }))}
        value={filter.action ?? null}
        onChange={(action) => set({ action: action ?? undefined })}
      />
      <TextInput type="date" flex="1 1 150px" maw={220} label={t('settings.audit.since')} value={filter.since ?? ''} onChange={(e) => set({ since: e.currentTarget.value || undefined })} />
      <TextInput type="date" flex="1 1 150px" maw={220} label={t('settings.audit.until')} value={filter.until ?? ''} onChange={(e) => set({ until: e.currentTarget.value || undefined })} />
    </Group>
  );
}

const few = 4; // more fields are shown on request

function Line({ line, names }: { line: AuditLine; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const via = t(`settings.via.${line.via}`, line.via);
  const [all, setAll] = useState(false);
  const diff = Object.entries(line.diff).map(([field, [from, to]]) => ({ field, from, to }));
  const fields = auditFields(t, line.object, diff, names, (iso) => format.exact(iso));
  return (
    <li className={classes.line}>
      <Text size="xs" c="dimmed" className="tabular" component="time" dateTime={line.at}>
        {format.exact(line.at)}
      </Text>
      <div className={classes.what}>
        <Text size="sm" fw={500}>
          <Subject line={line} title={auditTitle(t, line.object, line.action, line.name)} />
        </Text>
        <Text size="xs" c="dimmed">
          {[line.user === 'system' ? t('settings.audit.server') : line.user, via, line.ip].filter(Boolean).join(' · ')}
        </Text>
        {fields.length > 0 && <FieldLines fields={all ? fields : fields.slice(0, few)} created={line.action === 'create'} />}
        {!all && fields.length > few && (
          <Button variant="subtle" size="compact-sm" ml={-8} onClick={() => setAll(true)}>
            {t('settings.audit.moreFields', { count: fields.length - few })}
          </Button>
        )}
      </div>
    </li>
  );
}

// useNames gives the names of people and offices by their ids.
function useNames(): ReadonlyMap<string, string> {
  const { data: users } = useQuery(usersQuery);
  const { data: offices } = useQuery(officesQuery);
  return useMemo(() => new Map([...(users?.items ?? []), ...(offices?.items ?? [])].map((x) => [x.id, x.name])), [users, offices]);
}

// What has a page of its own is linked to it.
function Subject({ line, title }: { line: AuditLine; title: string }) {
  if (line.object_id && line.object === 'users') {
    return (
      <Link to="/settings/people" search={{ edit: line.object_id }} className={classes.subject}>
        {title}
      </Link>
    );
  }
  return <>{title}</>;
}
