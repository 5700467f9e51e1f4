import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { agentsQuery } from './nameOf';

interface Person {
  login: string;
  name: string;
}

/** usePeople gives everybody whom work can be given to, oneself first. */
function usePeople(): Person[] {
  const { user } = useSession();
  const { data } = useQuery(agentsQuery);
  const others = (data?.items ?? []).filter((a) => a.login !== user.login);
  return [{ login: user.login, name: user.name }, ...others.sort((a, b) => a.name.localeCompare(b.name))];
}

interface Props extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  /** A login, or empty. */
  value: string;
  onChange: (login: string) => void;
  /** Who stands there although he is not (any more) among the people. */
  known?: Person;
  /** What an empty value is called; missing: somebody must be chosen. */
  nobody?: string;
}

/** PersonSelect chooses a colleague by typing a part of his name. */
export function PersonSelect({ value, onChange, known, nobody, ...rest }: Props) {
  const { t } = useTranslation();
  const { user } = useSession();
  const people = usePeople();
  const all = known && !people.some((p) => p.login === known.login) ? [...people, known] : people;
  const options = all.map((p) => ({ value: p.login, label: p.login === user.login ? t('people.me', { name: p.name }) : p.name }));
  return (
    <Select
      searchable
      allowDeselect={false}
      nothingFoundMessage={t('people.nobodyFound')}
      data={nobody === undefined ? options : [{ value: '', label: nobody }, ...options]}
      value={value}
      onChange={(login) => onChange(login ?? '')}
      {...rest}
    />
  );
}
