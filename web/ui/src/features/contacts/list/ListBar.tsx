import { Box, Button, CloseButton, Select, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyHint } from '@/ui/KeyHint';
import { useTyped } from '@/ui/useTyped';
import classes from './ListBar.module.css';
import { kinds, type ListSearch, sorts, types } from './search';

interface Props {
  search: ListSearch;
  onChange: (change: Partial<ListSearch>) => void;
  onNew?: () => void;
  /** Enter and arrow down in the search field. */
  onInto: (open: boolean) => void;
  field: RefObject<HTMLInputElement | null>;
}

/** ListBar: search, filters, order and the button for a new card. */
export function ListBar({ search, onChange, onNew, onInto, field }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useTyped(search.q ?? '', (q) => onChange({ q: q || undefined }));
  const filter = <T extends string>(name: 'kind' | 'type' | 'owner', values: readonly T[], words: (x: T) => string, all: string) => (
    <Select<string>
      aria-label={t(`contacts.list.${name}`)}
      data={[{ value: '', label: all }, ...values.map((value) => ({ value, label: words(value) }))]}
      value={search[name] ?? ''}
      onChange={(value) => onChange({ [name]: value || undefined })}
      allowDeselect={false}
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
          if (e.key === 'Escape' && e.currentTarget.value) setTyped('');
          else if (e.key === 'Escape') e.currentTarget.blur();
          else if (e.key === 'ArrowDown' || e.key === 'Enter') onInto(e.key === 'Enter');
          else return;
          e.preventDefault();
        }}
        placeholder={t('contacts.list.search')}
        aria-label={t('contacts.list.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={typed ? <CloseButton size="sm" aria-label={t('contacts.list.clear')} onClick={() => setTyped('')} /> : <Box component="span" visibleFrom="sm" children={<KeyHint keys="/" />} />}
      />
      <div className={classes.filters}>
        {filter('kind', kinds, (x) => t(`contacts.kinds.${x}`), t('contacts.list.anyKind'))}
        {filter('type', types, (x) => t(`contacts.types.${x}`), t('contacts.list.anyType'))}
        {filter('owner', ['mine'] as const, () => t('contacts.list.mine'), t('contacts.list.anyone'))}
        <Select
          aria-label={t('contacts.list.sort')}
          data={sorts.map((value) => ({ value, label: t(`contacts.sorts.${value}`) }))}
          value={search.sort ?? 'last_touch'}
          onChange={(value) => onChange({ sort: (value as ListSearch['sort']) ?? undefined })}
          allowDeselect={false}
        />
      </div>
      {onNew && (
        <Button className={classes.new} leftSection={<IconPlus size={16} />} size="sm" onClick={onNew}>
          <span className={classes.words}>
            {t('contacts.list.new')} <KeyHint keys="N" />
          </span>
        </Button>
      )}
    </div>
  );
}
