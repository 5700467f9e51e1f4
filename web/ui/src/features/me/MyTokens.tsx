import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { APIToken } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { AskFirst } from '@/ui/AskFirst';
import { Copyable } from '@/ui/Copyable';
import { errorWords } from '@/ui/errorWords';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { NewToken } from './NewToken';
import classes from './MyTokens.module.css';

/** MyTokens are for programs that act for the user. */
export function MyTokens() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<APIToken>();
  const { data, error } = useQuery({ queryKey: keys.me.tokens, queryFn: ({ signal }) => answer(api.GET('/me/tokens', { signal })) });
  const revoke = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/me/tokens/{id}', { params: { path: { id } } })),
    onSuccess(_, id) {
      if (made?.id === id) setMade(undefined);
      notice(t('me.tokens.revoked'));
    },
    onError: complain,
    onSettled: () => cache.invalidateQueries({ queryKey: keys.me.tokens }),
  });
  return (
    <Panel
      title={t('me.tokens.title')}
      flush
      actions={
        !making && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              setMade(undefined);
              setMaking(true);
            }}
          >
            {t('me.tokens.new')}
          </Button>
        )
      }
    >
      {making && (
        <NewToken
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            void cache.invalidateQueries({ queryKey: keys.me.tokens });
          }}
        />
      )}
      {made?.token && (
        <Stack gap="xs" className={classes.part} data-draft>
          <Copyable label={t('me.tokens.made', { name: made.name })} description={t('me.tokens.once')} value={made.token} autoFocus />
          <div>
            <Button variant="default" onClick={() => setMade(undefined)}>
              {t('me.tokens.kept')}
            </Button>
          </div>
        </Stack>
      )}
      {error && (
        <Text size="sm" p="md" role="alert">
          {errorWords(t, error)}
        </Text>
      )}
      {!data && !error && <Skeleton h={40} m="md" w="auto" />}
      {data?.items.length === 0 && !making && !made && (
        <Text size="sm" c="dimmed" p="md">
          {t('me.tokens.none')}
        </Text>
      )}
      {data && data.items.length > 0 && (
        <ul className={classes.list} aria-label={t('me.tokens.title')}>
          {data.items.map((token) => (
            <Token key={token.id} token={token} onRevoke={() => revoke.mutate(token.id)} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Token({ token, onRevoke }: { token: APIToken; onRevoke: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [
    token.scopes.length ? token.scopes.join(', ') : t('me.tokens.everything'),
    token.expires_at ? t('me.tokens.until', { day: format.day(token.expires_at) }) : t('me.tokens.forever'),
    token.last_used_at ? t('me.tokens.used', { when: format.ago(token.last_used_at) }) : t('me.tokens.unused'),
  ];
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <Text size="sm" fw={500}>
          {token.name}
        </Text>
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      <AskFirst
        question={t('me.tokens.revokeAsk', { name: token.name })}
        yes={t('me.tokens.revokeYes')}
        onYes={onRevoke}
        aria-label={t('me.tokens.revokeOne', { name: token.name })}
      >
        {t('me.tokens.revoke')}
      </AskFirst>
    </li>
  );
}
