import { IconMinus, IconPencil, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './DiffLines.module.css';
import type { ChangeLine, FieldLine } from './changeWords';

const signs = { create: IconPlus, update: IconPencil, remove: IconMinus };

/** DiffLines shows what would change, object by object, field by field. */
export function DiffLines({ lines }: { lines: ChangeLine[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t('settings.review.title')}>
      {lines.map((line) => {
        const Sign = signs[line.action];
        return (
          <li key={`${line.action} ${line.title}`} className={classes.change} data-action={line.action}>
            <div className={classes.title}>
              <Sign size={16} aria-hidden />
              <span>
                {t(`settings.review.${line.action}`)}: {line.title}
              </span>
            </div>
            {line.fields.length > 0 && <FieldLines fields={line.fields} created={line.action === 'create'} />}
          </li>
        );
      })}
    </ul>
  );
}

/** FieldLines shows fields with what they were and what they are to be. */
export function FieldLines({ fields, created }: { fields: FieldLine[]; created?: boolean }) {
  const { t } = useTranslation();
  return (
    <dl className={classes.fields}>
      {fields.map((f) => (
        <div key={f.label} className={classes.field}>
          <dt>{f.label}</dt>
          <dd>
            {f.secret ? (
              <ins>{t(created ? 'settings.review.secretSet' : 'settings.review.secretChanged')}</ins>
            ) : (
              <>
                {!created && (
                  <>
                    <del>{f.from ?? t('settings.review.nothing')}</del>
                    <span aria-hidden> → </span>
                  </>
                )}
                <ins>{f.to ?? t('settings.review.nothing')}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
