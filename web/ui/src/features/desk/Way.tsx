import { createContext, type ComponentProps, useContext } from 'react';

/** Leads to a path of the page; given by the route, because other places belong to other features. */
export const WayContext = createContext<(path: string) => void>((path) => location.assign(path));

/** Way is a link to another place of the page. */
export function Way({ to, onClick, ...rest }: { to: string } & Omit<ComponentProps<'a'>, 'href'>) {
  const go = useContext(WayContext);
  return (
    <a
      {...rest}
      href={to}
      onClick={(e) => {
        onClick?.(e);
        if (e.defaultPrevented || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
        e.preventDefault();
        go(to);
      }}
    />
  );
}
