import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';

export interface WholeProps extends Omit<NumberInputProps, 'value' | 'onChange'> {
  value?: number;
  onChange?: (n: number) => void;
}

/** WholeInput asks for a whole number; it may be empty while one types, and is the smallest when it is left so. */
export function WholeInput({ value = 0, onChange, onBlur, min = 0, ...rest }: WholeProps) {
  const [empty, setEmpty] = useState(false);
  return (
    <NumberInput
      min={min}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="blur"
      value={empty ? '' : value}
      onChange={(n) => {
        setEmpty(typeof n !== 'number');
        onChange?.(typeof n === 'number' ? n : Number(min));
      }}
      onBlur={(e) => {
        setEmpty(false);
        onBlur?.(e);
      }}
      {...rest}
    />
  );
}
