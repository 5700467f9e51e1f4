import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { PhoneLink } from '@/parts/phone/PhoneLink';
import type { Column } from '@/ui/Rows';
import { Identity } from './Identity';
import classes from './columns.module.css';
import type { ListSearch } from './search';

type Sort = NonNullable<ListSearch['sort']>;

/** The columns of the list; those that say the order can be clicked. */
export function useContactColumns(sort: Sort, onSort: (sort: Sort) => void): Column<Contact>[] {
  const { t } = useTranslation();
  const f = useFormat();
  const sorts = (by: Sort) => ({ sorted: sort === by, onSort: () => onSort(by) });
  return [
    { key: 'name', header: t('contacts.columns.name'), width: 'minmax(180px, 2.2fr)', render: (c) => <Identity contact={c} />, ...sorts('name') },
    {
      key: 'phone',
      header: t('contacts.columns.phone'),
      width: 'minmax(190px, 1.3fr)',
      render: (c) =>
        c.phones[0] && (
          <span className={classes.phones}>
            <PhoneLink number={c.phones[0]} contact={c.id} />
            {c.phones.length > 1 && <span className={classes.quiet}>+{c.phones.length - 1}</span>}
          </span>
        ),
    },
    {
      key: 'types',
      header: t('contacts.columns.types'),
      width: 'minmax(96px, 0.8fr)',
      from: 980,
      render: (c) => <span className={classes.quiet}>{c.types.map((x) => t(`contacts.types.${x}`)).join(', ')}</span>,
    },
    { key: 'owner', header: t('contacts.columns.owner'), width: 'minmax(120px, 1fr)', from: 760, render: (c) => c.owner_name },
    {
      key: 'touch',
      header: t('contacts.columns.touch'),
      width: '150px',
      render: (c) => <time className="tabular" dateTime={c.last_touch_at} title={f.exact(c.last_touch_at)}>{f.when(c.last_touch_at)}</time>,
      ...sorts('last_touch'),
    },
    {
      key: 'created',
      header: t('contacts.columns.created'),
      width: '150px',
      from: 1100,
      render: (c) => <time className={`tabular ${classes.quiet}`} dateTime={c.created_at} title={f.exact(c.created_at)}>{f.when(c.created_at)}</time>,
      ...sorts('created'),
    },
  ];
}
