import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { CallDetail } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { numberOf } from '@/parts/call/outcome';
import { type Choice, ContactPicker } from '@/parts/contactPicker/ContactPicker';
import { Pill } from '@/ui/Meaning';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { prettyPhone } from '@/ui/phone';
import classes from './CallPage.module.css';

/** WhoseCall is the card of the call; the call can be put on another one. */
export function WhoseCall({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const session = useSession();
  const cache = useQueryClient();
  const [choosing, setChoosing] = useState(false);
  const number = numberOf(call);
  const put = ({ contactId, remember }: Pick<Choice, 'contactId' | 'remember'>) =>
    answer(
      api.PUT('/calls/{id}/contact', { params: { path: { id: call.id } }, body: { contact_id: contactId, remember: remember ? 'always' : undefined } }),
    );
  const { mutate, isPending } = useMutation({
    mutationFn: (choice: Choice) => put(choice),
    onSuccess(now, { name, remember }) {
      const before = call.contact_id;
      cache.setQueryData(keys.calls.one(call.id), now);
      setChoosing(false);
      // A remembered number is not forgotten by going back, so there is no way back then.
      notice(
        t('calls.card.put', { name }),
        before && before !== now.contact_id && !remember
          ? () =>
              put({ contactId: before, remember: false })
                .then((back) => cache.setQueryData(keys.calls.one(call.id), back))
                .catch(complain)
          : undefined,
      );
    },
    onError: complain,
  });
  if (call.direction === 'internal') return null;
  const mayChoose = can(session, 'calls', 'update') && can(session, 'contacts', 'read');
  const open = choosing || (!call.contact_id && mayChoose && call.state !== 'arrived');
  return (
    <Panel title={t('calls.card.title')}>
      {call.contact_id ? (
        <div className={classes.client}>
          <Link className={classes.name} to="/contacts/$id" params={{ id: call.contact_id }}>
            {call.contact_name || prettyPhone(number)}
          </Link>
          {call.contact_name !== prettyPhone(number) && (
            <span className={`tabular ${classes.dimmed}`}>{number ? prettyPhone(number) : t('call.anonymous')}</span>
          )}
          {call.card_created && <Pill meaning="info">{t('calls.newCard')}</Pill>}
        </div>
      ) : (
        <p className={classes.dimmed}>{call.candidates?.length ? t('calls.card.choose') : t('calls.card.none')}</p>
      )}
      {call.contact_id && mayChoose && (
        <Button className={classes.spaced} variant="default" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
          {t('calls.card.other')}
        </Button>
      )}
      {open && (
        <div className={classes.spaced}>
          <ContactPicker candidates={call.candidates} chosen={call.contact_id} canRemember={number !== ''} busy={isPending} onChoose={mutate} />
        </div>
      )}
    </Panel>
  );
}
