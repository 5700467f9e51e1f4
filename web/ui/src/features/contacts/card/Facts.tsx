import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { can, useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { PersonSelect } from '@/parts/people/PersonSelect';
import { TimezoneSelect } from '@/ui/TimezoneSelect';
import { useCard } from './CardContext';
import { Channels } from './Channels';
import { ChoiceFact } from './ChoiceFact';
import { FactRow, TextFact } from './Fact';
import classes from './Fact.module.css';
import { Links } from './links/Links';
import { Types } from './Types';
import groups from './Facts.module.css';

/** Facts is what a card says about a client, in groups, edited in place. */
export function Facts() {
  const { t } = useTranslation();
  const { contact: c } = useCard();
  const custom = Object.entries(c.custom);
  return (
    <>
      <Group title={t('contacts.facts.reach')}>
        <Channels />
      </Group>
      <Group title={t(c.kind === 'person' ? 'contacts.links.companies' : 'contacts.links.people')}>
        <Links />
      </Group>
      <Group title={t('contacts.facts.about')}>
        <dl className={classes.facts}>
          <FactRow label={t('contacts.facts.types')}>
            <Types />
          </FactRow>
          <TextFact label={t('contacts.facts.tin')} field="tin" value={c.tin ?? ''} maxLength={14} inputMode="numeric" />
          <LanguageFact />
          <ChoiceFact label={t('contacts.facts.tz')} field="tz" value={c.tz ?? ''} text={c.tz?.replaceAll('_', ' ') ?? ''}>
            {(props) => <TimezoneSelect {...props} clearable description={undefined} />}
          </ChoiceFact>
        </dl>
      </Group>
      <Group title={t('contacts.facts.ours')}>
        <dl className={classes.facts}>
          <ChoiceFact label={t('contacts.facts.owner')} field="owner" value={c.owner ?? ''} text={c.owner_name ?? ''}>
            {(props) => (
              <PersonSelect
                {...props}
                known={c.owner ? { login: c.owner, name: c.owner_name ?? c.owner } : undefined}
                nobody={t('contacts.facts.nobody')}
              />
            )}
          </ChoiceFact>
          <OfficeFact />
        </dl>
      </Group>
      {custom.length > 0 && (
        <Group title={t('contacts.facts.more')}>
          <dl className={classes.facts}>
            {custom.map(([key, value]) => (
              <TextFact key={key} label={key} field={`custom.${key}`} value={text(value)} maxLength={2000} />
            ))}
          </dl>
        </Group>
      )}
      <Origin />
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={groups.group} aria-label={title}>
      <h2 className={groups.title}>{title}</h2>
      {children}
    </section>
  );
}

const tongues = ['uz-Latn', 'uz-Cyrl', 'ru', 'en', 'kk', 'ky', 'tg', 'tr', 'zh'];

function LanguageFact() {
  const { t, i18n } = useTranslation();
  const { contact: c } = useCard();
  const nameOf = useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'language' });
    return (tag: string) => names.of(tag) ?? tag;
  }, [i18n.language]);
  const value = c.lang ?? '';
  const all = value && !tongues.includes(value) ? [...tongues, value] : tongues;
  return (
    <ChoiceFact label={t('contacts.facts.lang')} field="lang" value={value} text={value && nameOf(value)}>
      {(props) => <Select {...props} clearable data={all.map((tag) => ({ value: tag, label: nameOf(tag) }))} />}
    </ChoiceFact>
  );
}

/** Only who sees the offices can give a card to another one. */
function OfficeFact() {
  const { t } = useTranslation();
  const { contact: c } = useCard();
  const mayMove = can(useSession(), 'office', 'read');
  const { data } = useQuery({
    queryKey: keys.office.part('offices'),
    queryFn: ({ signal }) => answer(api.GET('/office/offices', { signal })),
    enabled: mayMove,
  });
  const label = t('contacts.facts.office');
  if (!mayMove || !data || data.items.length < 2) {
    return (
      <FactRow label={label}>
        <div className={classes.plain}>{c.office || '—'}</div>
      </FactRow>
    );
  }
  return (
    <ChoiceFact label={label} field="office_id" value={c.office_id ?? ''} text={c.office ?? ''}>
      {(props) => <Select {...props} allowDeselect={false} data={data.items.map((o) => ({ value: o.id, label: o.name }))} />}
    </ChoiceFact>
  );
}

/** How the card came to be, in small print. */
function Origin() {
  const { t } = useTranslation();
  const f = useFormat();
  const { contact: c } = useCard();
  return (
    <p className={groups.origin}>
      {t('contacts.facts.created', { when: f.when(c.created_at) })}
      {c.last_talk_at && c.last_agent_name && (
        <>
          <br />
          {t('contacts.facts.lastTalk', { name: c.last_agent_name, when: f.when(c.last_talk_at) })}
        </>
      )}
    </p>
  );
}

// What programs have put there may be anything.
const text = (value: unknown) => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));
