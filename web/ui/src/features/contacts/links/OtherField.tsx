import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBuilding, IconPlus, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Contact } from '@/api/schema';
import { prettyPhone } from '@/ui/phone';
import classes from './OtherField.module.css';
import { chosenBy, type Other, othersFor } from './others';

interface Props {
  label: string;
  /** The label stands above the field. */
  labelled?: boolean;
  kind: Contact['kind'];
  typed: string;
  /** What is typed, and what is meant by it: undefined while that is not clear. */
  onChange: (typed: string, other: Other | undefined) => void;
  linked?: string[];
  autoFocus?: boolean;
}

const nobody: Contact[] = [];
const anew = 'new';

/** OtherField finds a company or a person while one types its name, or makes a new card for it. */
export function OtherField({ label, labelled = false, kind, typed, onChange, linked = [], autoFocus }: Props) {
  const { t } = useTranslation();
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  const [q] = useDebouncedValue(typed.trim(), 150);
  const filter = { q, kind, limit: 6 };
  const { data } = useQuery({
    queryKey: keys.contacts.list(filter),
    queryFn: ({ signal }) => answer(api.GET('/contacts', { params: { query: filter }, signal })),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const found = q === '' ? nobody : (data?.items ?? nobody);
  const { cards, create } = othersFor(typed, found, linked);
  const Icon = kind === 'company' ? IconBuilding : IconUser;
  const choose = (id: string) => {
    const card = cards.find((c) => c.id === id);
    if (card) onChange(card.name, { id: card.id, name: card.name });
    else onChange(typed.trim(), { name: typed.trim() });
    list.closeDropdown();
  };
  return (
    <Combobox store={list} onOptionSubmit={choose} withinPortal={false}>
      <Combobox.Target>
        <TextInput
          label={labelled ? label : undefined}
          aria-label={labelled ? undefined : label}
          placeholder={labelled ? undefined : label}
          autoFocus={autoFocus}
          autoComplete="off"
          maxLength={200}
          value={typed}
          onChange={(e) => {
            const text = e.currentTarget.value;
            onChange(text, chosenBy(text, found, linked));
            list.openDropdown();
          }}
          onBlur={() => list.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={cards.length === 0 && !create}>
        <Combobox.Options aria-label={label}>
          {cards.map((c) => (
            <Combobox.Option key={c.id} value={c.id} className={classes.option}>
              <Icon size={16} stroke={1.5} aria-hidden className={classes.icon} />
              <span className={classes.name}>{c.name}</span>
              <span className={classes.quiet}>{c.phones[0] && prettyPhone(c.phones[0])}</span>
            </Combobox.Option>
          ))}
          {create && (
            <Combobox.Option value={anew} className={classes.option}>
              <IconPlus size={16} stroke={1.5} aria-hidden className={classes.icon} />
              <span className={classes.name}>{t(`contacts.links.create.${kind}`, { name: typed.trim() })}</span>
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
