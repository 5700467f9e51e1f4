import { useTranslation } from 'react-i18next';
import { complainInWords } from '@/ui/notice';
import { types } from '../list/search';
import { useCard } from './CardContext';
import classes from './Fact.module.css';
import groups from './Facts.module.css';

/** Types says what a client is to us; a click changes it. */
export function Types() {
  const { t } = useTranslation();
  const { contact: c, mayEdit, save } = useCard();
  if (!mayEdit) return <div className={classes.plain}>{c.types.map((x) => t(`contacts.types.${x}`)).join(', ') || '—'}</div>;
  const toggle = async (type: string) => {
    const value = c.types.includes(type) ? c.types.filter((x) => x !== type) : [...c.types, type];
    const error = await save({ field: 'types', value }, c);
    if (error) complainInWords(error);
  };
  return (
    <div className={groups.types}>
      {types.map((type) => (
        <button key={type} type="button" className={groups.type} aria-pressed={c.types.includes(type)} onClick={() => void toggle(type)}>
          {t(`contacts.types.${type}`)}
        </button>
      ))}
    </div>
  );
}
