import { Button, CloseButton, Select, Switch, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { numbersQuery, queuesQuery } from '@/api/queries';
import { can, useSession } from '@/api/session';
import { agentsQuery, useNameOf } from '@/parts/people/nameOf';
import { KeyHint } from '@/ui/KeyHint';
import { useTyped } from '@/ui/useTyped';
import { type CallFilter, directions, narrowings, periods, results } from './filter';
import classes from './ListBar.module.css';
import { ViewsMenu } from './ViewsMenu';

interface Props {
  filter: CallFilter;
  onChange: (change: Partial<CallFilter>) => void;
  onChoose: (filter: CallFilter) => void;
  /** Sources that are seen in the list, for those who may not read the office's numbers. */
  sources: string[];
  /** Enter and arrow down in the search field lead into the list. */
  onInto: () => void;
  field: RefObject<HTMLInputElement | null>;
}

/** ListBar is everything that narrows the list of calls. */
export function ListBar({ filter, onChange, onChoose, sources, onInto, field }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const nameOf = useNameOf();
  const [shown, setShown] = useState(false);
  const [typed, setTyped] = useTyped(filter.q ?? '', (q) => onChange({ q: q || undefined }));
  const { data: agents } = useQuery(agentsQuery);
  const { data: queues } = useQuery(queuesQuery);
  const { data: numbers } = useQuery({ ...numbersQuery, enabled: can(session, 'office', 'read') });
  const count = narrowings(filter);
  const known = (list: (string | undefined)[], chosen?: string) => [...new Set([...list, chosen].filter((x): x is string => Boolean(x)))].sort();
  const select = (name: Exclude<keyof CallFilter, 'q' | 'recorded' | 'from' | 'to'>, values: readonly string[], words: (x: string) => string, searchable = false) => (
    <Select
      aria-label={t(`calls.filter.${name}`)}
      data={[{ value: '', label: t(`calls.any.${name}`) }, ...values.map((value) => ({ value, label: words(value) }))]}
      value={filter[name] ?? ''}
      onChange={(value) => onChange({ [name]: value || undefined })}
      allowDeselect={false}
      searchable={searchable}
      nothingFoundMessage={t('calls.filter.nothing')}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      data-narrows={filter[name] !== undefined || undefined}
    />
  );
  return (
    <div className={classes.bar} role="search">
      <TextInput
        ref={field}
        className={classes.search}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape' && typed) setTyped('');
          else if (e.key === 'Escape') e.currentTarget.blur();
          else if (e.key === 'ArrowDown' || e.key === 'Enter') onInto();
          else return;
          e.preventDefault();
        }}
        placeholder={t('calls.filter.q')}
        aria-label={t('calls.filter.q')}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={typed ? <CloseButton size="sm" aria-label={t('calls.filter.clear')} onClick={() => setTyped('')} /> : <KeyHint keys="/" />}
      />
      <Button
        className={classes.more}
        variant={count > 0 ? 'light' : 'default'}
        size="sm"
        px={10}
        aria-expanded={shown}
        aria-label={t('calls.filter.label', { count })}
        onClick={() => setShown(!shown)}
      >
        <IconAdjustmentsHorizontal size={16} aria-hidden />
        {count > 0 && <span className={classes.count}>{count}</span>}
      </Button>
      <ViewsMenu filter={filter} onChoose={onChoose} />
      <div className={classes.filters} data-shown={shown || undefined}>
        {select('period', [...periods, 'range'], (x) => t(`calls.period.${x}`))}
        {filter.period === 'range' && (
          <span className={classes.range}>
            <TextInput type="date" aria-label={t('calls.filter.from')} value={filter.from ?? ''} max={filter.to} onChange={(e) => onChange({ from: e.currentTarget.value || undefined })} />
            –
            <TextInput type="date" aria-label={t('calls.filter.to')} value={filter.to ?? ''} min={filter.from} onChange={(e) => onChange({ to: e.currentTarget.value || undefined })} />
          </span>
        )}
        {select('direction', directions, (x) => t(`call.direction.${x}`))}
        {select('result', results, (x) => (x === 'missed' ? t('calls.missed') : t(`call.outcome.${x}`)))}
        {select('agent', known((agents?.items ?? []).map((a) => a.login), filter.agent), nameOf, true)}
        {select('queue', known((queues?.items ?? []).map((q) => q.name), filter.queue), (x) => x, true)}
        {select('source', known([...sources, ...(numbers?.items ?? []).map((n) => n.source)], filter.source), (x) => x, true)}
        <Switch
          className={classes.recorded}
          label={t('calls.filter.recorded')}
          checked={filter.recorded ?? false}
          onChange={(e) => onChange({ recorded: e.currentTarget.checked || undefined })}
        />
        <Button className={classes.reset} data-idle={count === 0 || undefined} variant="subtle" color="gray" px={8} onClick={() => onChoose({ q: filter.q })}>
          {t('calls.filter.reset')}
        </Button>
      </div>
    </div>
  );
}
