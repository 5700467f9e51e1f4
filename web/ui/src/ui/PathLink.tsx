import { useRouter } from '@tanstack/react-router';
import type { ComponentPropsWithoutRef } from 'react';

/** PathLink is a link to a place of the page that is known by its path only. */
export function PathLink({ to, onClick, ...rest }: { to: string } & Omit<ComponentPropsWithoutRef<'a'>, 'href'>) {
  const router = useRouter();
  return (
    <a
      {...rest}
      href={to}
      onClick={(e) => {
        onClick?.(e);
        if (e.defaultPrevented || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
        e.preventDefault();
        router.history.push(to);
      }}
    />
  );
}
