import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Rows.module.css';

export interface Column<T> {
  key: string;
  header: ReactNode;
  /** A CSS grid track: "112px", "minmax(160px, 2fr)". */
  width: string;
  render: (row: T) => ReactNode;
  /** Left out when the list is narrower than so many pixels. */
  from?: number;
  align?: 'right';
  /** Makes the header a button that sorts. */
  onSort?: () => void;
  sorted?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
  /** Opens a row: click, Enter. */
  onOpen: (row: T) => void;
  /** Where a row leads, so that it can be opened in a new tab. */
  href?: (row: T) => string;
  /** What a row is below 600 px: two lines instead of columns. */
  narrow: (row: T) => ReactNode;
  /** Asks for the next page; called when the end comes near. */
  onEnd?: () => void;
  more?: boolean;
  /** The next page could not be loaded: it is asked for again by hand only. */
  failed?: boolean;
  empty: ReactNode;
}

const height = { wide: 38, narrow: 60 };

/** Rows is a long list that loads as one scrolls: arrows move, Enter opens. */
export function Rows<T>({ label, columns, rows, id, onOpen, href, narrow, onEnd, more, failed, empty }: Props<T>) {
  const { t } = useTranslation();
  const { ref: sizeRef, width: measured } = useElementSize();
  const width = measured || window.innerWidth; // before the first measure: as good as the list gets
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = width < 600;
  const shown = columns.filter((c) => !c.from || width >= c.from);
  const grid = { gridTemplateColumns: shown.map((c) => c.width).join(' ') };
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? height.narrow : height.wide),
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useLayoutEffect(() => virtual.measure(), [virtual, isNarrow]);
  useEffect(() => {
    if (more && !failed && last >= rows.length - 15) onEnd?.();
  }, [more, failed, last, rows.length, onEnd]);

  const move = (e: KeyboardEvent, index: number) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[e.key];
    if (!step) return;
    e.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, index + step));
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  };

  return (
    <div className={classes.list} ref={sizeRef} role="table" aria-label={label} aria-rowcount={more ? -1 : rows.length}>
      {!isNarrow && (
        <div className={classes.header} role="row" style={grid}>
          {shown.map((c) => (
            <div key={c.key} role="columnheader" className={classes.head} data-align={c.align} aria-sort={c.sorted ? 'descending' : undefined}>
              {c.onSort ? (
                <button type="button" className={classes.sort} onClick={c.onSort} data-sorted={c.sorted || undefined}>
                  {c.header}
                </button>
              ) : (
                c.header
              )}
            </div>
          ))}
        </div>
      )}
      {rows.length === 0 ? (
        <div role="row">
          <div role="cell">{empty}</div>
        </div>
      ) : (
        <div className={classes.scroller} ref={scroller} role="rowgroup" data-testid="rows">
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
            {items.map((item) => {
              const row = rows[item.index]!;
              return (
                <div
                  key={id(row)}
                  role="row"
                  aria-rowindex={item.index + 1}
                  data-index={item.index}
                  className={classes.row}
                  style={{ ...(isNarrow ? {} : grid), height: item.size, transform: `translateY(${item.start}px)` }}
                  onKeyDown={(e) => move(e, item.index)}
                >
                  {(isNarrow ? [undefined] : shown).map((c, n) => (
                    <div key={c?.key ?? 'narrow'} role="cell" className={classes.cell} data-align={c?.align} data-narrow={isNarrow || undefined}>
                      {n === 0 ? (
                        <a
                          className={classes.link}
                          href={href?.(row) ?? '#'}
                          onClick={(e) => {
                            if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
                            e.preventDefault();
                            onOpen(row);
                          }}
                        >
                          {c ? c.render(row) : narrow(row)}
                        </a>
                      ) : (
                        c!.render(row)
                      )}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
          {more && (
            <div className={classes.more} role="row">
              <div role="cell">
                {failed ? (
                  <span role="alert">
                    {t('ui.moreFailed')}{' '}
                    <Button variant="subtle" size="compact-sm" onClick={onEnd}>
                      {t('ui.retry')}
                    </Button>
                  </span>
                ) : (
                  <span role="status">{t('ui.loading')}…</span>
                )}
              </div>
            </div>
          )}
        </div>
      )}
    </div>
  );
}
