import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core';
import { IconBookmark, IconLink, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/ui/copyText';
import { notice } from '@/ui/notice';
import type { CallFilter } from './filter';
import { keepViews, readViews, withView } from './views';
import classes from './ListBar.module.css';

interface Props {
  filter: CallFilter;
  onChoose: (filter: CallFilter) => void;
}

/** ViewsMenu keeps filters under names on this computer, and copies the address of what is shown. */
export function ViewsMenu({ filter, onChoose }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [views, setViews] = useState(readViews);
  const [name, setName] = useState('');
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (!name.trim()) return;
    setViews(keepViews(withView(views, { name: name.trim(), filter })));
    setName('');
  };
  const copy = async () => {
    setOpen(false);
    if (await copyText(location.href)) notice(t('calls.views.copied'));
  };
  const forget = (gone: string) => {
    setViews(keepViews(views.filter((v) => v.name !== gone)));
    notice(t('calls.views.forgotten', { name: gone }), () => setViews(keepViews(views)));
  };
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-end" width={280} trapFocus>
      <Menu.Target>
        <Button variant="default" size="sm" leftSection={<IconBookmark size={16} aria-hidden />} className={classes.views}>
          {t('calls.views.label')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.map((v) => (
          <Group key={v.name} wrap="nowrap" gap={2}>
            <Menu.Item onClick={() => onChoose(v.filter)} className={classes.view}>
              {v.name}
            </Menu.Item>
            <ActionIcon variant="subtle" color="gray" aria-label={t('calls.views.forget', { name: v.name })} onClick={() => forget(v.name)}>
              <IconX size={14} />
            </ActionIcon>
          </Group>
        ))}
        {views.length > 0 && <Menu.Divider />}
        <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={() => void copy()}>
          {t('calls.views.copy')}
        </Menu.Item>
        <Menu.Divider />
        <form onSubmit={save} className={classes.save}>
          <TextInput
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
            onKeyDown={(e) => e.key !== 'Escape' && e.stopPropagation()}
            placeholder={t('calls.views.name')}
            aria-label={t('calls.views.name')}
            maxLength={60}
          />
          <Button type="submit" size="sm" disabled={!name.trim()}>
            {t('calls.views.save')}
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
