import { Code, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { useSession } from '@/api/session';
import { AskFirst } from '@/ui/AskFirst';
import { Copyable } from '@/ui/Copyable';
import { complain } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import classes from './DeskPhone.module.css';

/** DeskPhone tells how one's telephone on the table gets to work, and makes its password. */
export function DeskPhone() {
  const { t } = useTranslation();
  const { user } = useSession();
  return (
    <Panel title={t('me.phone.title')}>
      {user.extension ? (
        <Stack gap="sm">
          <Text size="sm">{t('me.phone.how')}</Text>
          <dl className={classes.account}>
            <Row name={t('me.phone.server')} value={location.hostname} />
            <Row name={t('me.phone.user')} value={user.extension} />
          </dl>
          <PhonePassword />
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {t('me.phone.none')}
        </Text>
      )}
    </Panel>
  );
}

/** PhonePassword makes a password; the server keeps no more than its digest, so it is shown this once. */
function PhonePassword() {
  const { t } = useTranslation();
  const make = useMutation({ mutationFn: () => answer(api.POST('/me/sip-password')), onError: complain });
  if (make.data) {
    return (
      <div data-draft>
        <Copyable label={t('me.phone.password')} description={t('me.phone.once')} value={make.data.password} autoFocus />
      </div>
    );
  }
  return (
    <div>
      <Text size="sm" c="dimmed" mb="xs">
        {t('me.phone.own')}
      </Text>
      <AskFirst
        question={t('me.phone.ask')}
        yes={t('me.phone.yes')}
        leftSection={<IconKey size={16} aria-hidden />}
        loading={make.isPending}
        onYes={() => make.mutate()}
      >
        {t('me.phone.make')}
      </AskFirst>
    </div>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Code>{value}</Code>
      </dd>
    </>
  );
}
