import { Button, Checkbox, Group, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import type { APIToken } from '@/api/schema';
import { useSession } from '@/api/session';
import { complain } from '@/ui/notice';
import classes from './MyTokens.module.css';
import { type Extent, rights, scopesOf } from './scopes';

const day = 86_400_000;
const lives = ['30', '90', '365', 'never'] as const;

/** NewToken asks what a new token may do, and how long. */
export function NewToken({ onMade, onClose }: { onMade: (t: APIToken) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { grants } = useSession();
  const form = useForm({
    initialValues: { name: '', extent: 'read' as Extent, chosen: [] as string[], life: '90' as (typeof lives)[number] },
    validate: {
      name: (name) => (name.trim() ? null : t('me.tokens.nameMissing')),
      chosen: (chosen, { extent }) => (extent === 'chosen' && chosen.length === 0 ? t('me.tokens.chosenMissing') : null),
    },
  });
  const make = useMutation({
    mutationFn: ({ name, extent, chosen, life }: typeof form.values) =>
      answer(
        api.POST('/me/tokens', {
          body: {
            name: name.trim(),
            scopes: scopesOf(extent, chosen, grants),
            expires_at: life === 'never' ? undefined : new Date(Date.now() + Number(life) * day).toISOString(),
          },
        }),
      ),
    onSuccess: onMade,
    onError(err) {
      if (err instanceof ApiProblem && err.field === 'name') form.setFieldError('name', err.message);
      else complain(err);
    },
  });
  return (
    <form data-draft={form.isDirty() || undefined} onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate className={classes.part}>
      <Stack gap="md" maw={480}>
        <TextInput label={t('me.tokens.name')} placeholder={t('me.tokens.nameExample')} autoFocus maxLength={100} {...form.getInputProps('name')} />
        <Radio.Group label={t('me.tokens.extent')} {...form.getInputProps('extent')}>
          <Stack gap={6} mt={6}>
            {(['read', 'all', 'chosen'] as const).map((value) => (
              <Radio key={value} value={value} label={t(`me.extent.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {form.values.extent === 'chosen' && (
          <Checkbox.Group aria-label={t('me.extent.chosen')} {...form.getInputProps('chosen')}>
            <div className={classes.rights}>
              {rights(grants).map(({ object, actions }) => (
                <div key={object} role="group" aria-label={t(`me.object.${object}`)}>
                  <Text size="sm" fw={500} mb={4}>
                    {t(`me.object.${object}`)}
                  </Text>
                  <div className={classes.actions}>
                    {actions.map((action) => (
                      <Checkbox key={action} value={`${object}:${action}`} label={t(`me.action.${action}`)} />
                    ))}
                  </div>
                </div>
              ))}
            </div>
          </Checkbox.Group>
        )}
        <Select
          label={t('me.tokens.life')}
          allowDeselect={false}
          data={lives.map((value) => ({ value, label: value === 'never' ? t('me.tokens.forever') : t('me.tokens.days', { count: Number(value) }) }))}
          {...form.getInputProps('life')}
        />
        <Group gap="sm">
          <Button type="submit" loading={make.isPending}>
            {t('me.tokens.submit')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('me.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
