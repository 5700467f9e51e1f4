import { Textarea, type TextareaProps } from '@mantine/core';
import type { CSSProperties, Ref } from 'react';
import classes from './GrowingTextarea.module.css';

interface Props extends Omit<TextareaProps, 'autosize' | 'minRows' | 'maxRows' | 'rows'> {
  ref?: Ref<HTMLTextAreaElement>;
  least: number;
  most: number;
}

/**
 * GrowingTextarea is as high as its text, from `least` to `most` lines. Unlike Mantine's
 * autosize it measures nothing at each render, which costs a layout of the whole page.
 */
export function GrowingTextarea({ least, most, style, ...rest }: Props) {
  return <Textarea rows={least} classNames={{ input: classes.input }} style={{ '--least': least, '--most': most, ...(style as CSSProperties) }} {...rest} />;
}
