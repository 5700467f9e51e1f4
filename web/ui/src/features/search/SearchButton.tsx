import { UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyHint } from '@/ui/KeyHint';
import { useKeys } from '@/ui/useKeys';
import type { Command } from './commands';
import classes from './Search.module.css';

const SearchDialog = lazy(() => import('./SearchDialog'));

/** SearchButton opens the search, as Ctrl-K does everywhere. */
export function SearchButton({ commands, onOpen }: { commands: () => Command[]; onOpen: (path: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false); // the dialog's code is loaded once
  const show = () => {
    setWanted(true);
    setOpen(true);
  };
  useKeys({ 'mod+k': show });
  return (
    <>
      <UnstyledButton className={classes.button} onClick={show} aria-label={t('search.label')} aria-keyshortcuts="Control+K">
        <IconSearch size={16} stroke={1.7} aria-hidden />
        <span className={classes.hint}>{t('search.hint')}</span>
        <span className={classes.keys}>
          <KeyHint keys="mod+K" />
        </span>
      </UnstyledButton>
      {wanted && (
        <Suspense>
          <SearchDialog opened={open} onClose={() => setOpen(false)} commands={commands} onOpen={onOpen} />
        </Suspense>
      )}
    </>
  );
}
