import type { ComponentProps, MouseEvent } from 'react';
import { useSession } from '@/api/session';
import { dial } from './dial';

interface Whom {
  ext?: string;
  contact?: string;
}

/**
 * useCallBy makes a link one that calls: by the house, for who has an extension; else the
 * link is left to whatever telephones on this computer.
 */
export function useCallBy() {
  const { extension } = useSession().user;
  return (number: string, { ext, contact }: Whom = {}): Pick<ComponentProps<'a'>, 'href' | 'onClick'> => ({
    href: `tel:${number}${ext ? `;ext=${ext}` : ''}`,
    onClick: extension
      ? (e: MouseEvent) => {
          e.preventDefault();
          e.stopPropagation();
          void dial(number, contact);
        }
      : undefined,
  });
}
