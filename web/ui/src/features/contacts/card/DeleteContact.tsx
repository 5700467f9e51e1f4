import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import type { Contact } from '@/api/schema';
import { complain, notice } from '@/ui/notice';

interface Props {
  contact: Contact;
  opened: boolean;
  onClose: () => void;
  onDeleted: () => void;
}

/** DeleteContact asks before a card is put away: there is no way back in the page. */
export function DeleteContact({ contact: c, opened, onClose, onDeleted }: Props) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/contacts/{id}', { params: { path: { id: c.id }, query: { version: c.version } } })),
    onSuccess() {
      notice(t('contacts.delete.done', { name: c.name }));
      onDeleted();
      void cache.invalidateQueries({ queryKey: ['contacts', 'list'] });
    },
    onError: complain,
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('contacts.delete.title', { name: c.name })} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Text size="sm">{t('contacts.delete.hint')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" size="sm" onClick={onClose} data-autofocus>
          {t('contacts.cancel')}
        </Button>
        <Button color="red.8" size="sm" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('contacts.delete.submit')}
        </Button>
      </Group>
    </Modal>
  );
}
