import type { ReactNode } from 'react';
import type { Change, Field } from './change';
import classes from './Fact.module.css';
import { FactRow, FieldNotes, ShowValue } from './Fact';
import { useInPlace } from './useInPlace';

/** What a select needs to stand in place of a value. */
export interface ChoiceProps {
  'aria-label': string;
  value: string;
  onChange: (value: string | null) => void;
  onDropdownClose: () => void;
  defaultDropdownOpened: true;
  autoFocus: true;
  classNames: { input: string | undefined };
}

interface Props {
  label: string;
  field: Field;
  value: string;
  /** The value in words. */
  text: string;
  /** The select itself. */
  children: (props: ChoiceProps) => ReactNode;
}

/** ChoiceFact is a value that is chosen from a list, in place; choosing saves. */
export function ChoiceFact({ label, field, value, text, children }: Props) {
  const place = useInPlace(value, (chosen): Change => ({ field, value: chosen }));
  return (
    <FactRow label={label}>
      {place.editing ? (
        <>
          {children({
            'aria-label': label,
            value: place.typed,
            onChange: (chosen) => void place.commit(chosen ?? ''),
            onDropdownClose: () => place.error === undefined && place.cancel(),
            defaultDropdownOpened: true,
            autoFocus: true,
            classNames: { input: classes.input },
          })}
          <FieldNotes error={place.error} overtaken={place.overtaken} />
        </>
      ) : (
        <ShowValue label={label} text={text} onOpen={place.open} />
      )}
    </FactRow>
  );
}
