import { ActionIcon, Menu, Text, UnstyledButton } from '@mantine/core';
import {
  IconArrowDownLeft,
  IconArrowUpRight,
  IconDots,
  IconExternalLink,
  IconNote,
  IconPinned,
  IconPinnedOff,
  IconPlayerPlayFilled,
  IconPointFilled,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import classes from './Timeline.module.css';

interface Props {
  activity: Activity;
  player: (a: Activity) => ReactNode;
  onOpen: (path: string) => void;
  onPin: (a: Activity) => void;
  onRemove: (a: Activity) => void;
}

/** ActivityLine is one line of the timeline: a call that plays in place, a note, what else happened. */
export function ActivityLine(props: Props) {
  switch (props.activity.kind) {
    case 'call':
      return <CallLine {...props} />;
    case 'note':
      return <NoteLine {...props} />;
    default:
      return <OtherLine {...props} />;
  }
}

const missed = (a: Activity) => a.status === 'missed' || a.status === 'abandoned' || a.status === 'unanswered';

function CallLine({ activity: a, player, onOpen }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const Icon = a.direction === 'outbound' ? IconArrowUpRight : IconArrowDownLeft;
  const recorded = a.detail.recorded === true && a.call_id !== undefined;
  return (
    <li className={classes.line} data-missed={missed(a) || undefined}>
      <Icon size={18} stroke={1.7} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.what}>
            {t(missed(a) ? 'contacts.timeline.missed' : a.direction === 'outbound' ? 'contacts.timeline.out' : 'contacts.timeline.in')}
          </span>
          {a.seconds > 0 && <span className="tabular">{duration(a.seconds * 1000)}</span>}
          {a.user_name && <span className={classes.who}>{a.user_name}</span>}
          <span className={classes.tools}>
            {recorded && (
              <ActionIcon variant="subtle" color="gray" size="sm" onClick={() => setOpen(!open)} aria-expanded={open} aria-label={t('contacts.timeline.play')}>
                <IconPlayerPlayFilled size={14} />
              </ActionIcon>
            )}
            {a.call_id && (
              <ActionIcon variant="subtle" color="gray" size="sm" onClick={() => onOpen(`/calls/${a.call_id}`)} aria-label={t('contacts.timeline.openCall')}>
                <IconExternalLink size={14} />
              </ActionIcon>
            )}
          </span>
          <When at={a.at} />
        </div>
        {open && <div className={classes.player}>{player(a)}</div>}
      </div>
    </li>
  );
}

function NoteLine({ activity: a, onPin, onRemove }: Props) {
  const { t } = useTranslation();
  return (
    <li className={classes.line}>
      {a.pinned ? <IconPinned size={18} stroke={1.7} className={classes.icon} aria-hidden /> : <IconNote size={18} stroke={1.7} className={classes.icon} aria-hidden />}
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.what}>{t('contacts.timeline.note')}</span>
          {a.user_name && <span className={classes.who}>{a.user_name}</span>}
          {a.edited_at && <span className={classes.who}>{t('contacts.timeline.edited')}</span>}
          <span className={classes.tools}>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('contacts.timeline.more')}>
                  <IconDots size={14} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={a.pinned ? <IconPinnedOff size={16} /> : <IconPinned size={16} />} onClick={() => onPin(a)}>
                  {t(a.pinned ? 'contacts.timeline.unpin' : 'contacts.timeline.pin')}
                </Menu.Item>
                {a.editable && (
                  <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => onRemove(a)}>
                    {t('contacts.timeline.remove')}
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          </span>
          <When at={a.at} />
        </div>
        <LongText text={a.body ?? ''} />
      </div>
    </li>
  );
}

function OtherLine({ activity: a }: Props) {
  return (
    <li className={classes.line}>
      <IconPointFilled size={18} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.what}>{a.subject || a.kind}</span>
          {a.user_name && <span className={classes.who}>{a.user_name}</span>}
          <When at={a.at} />
        </div>
        {a.body && <LongText text={a.body} />}
      </div>
    </li>
  );
}

const long = 600;

/** LongText shows the beginning of a long text and the rest on demand. */
function LongText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(text.length <= long);
  return (
    <Text size="sm" className={classes.text}>
      {whole ? text : `${text.slice(0, long)}… `}
      {!whole && (
        <UnstyledButton className={classes.more} onClick={() => setWhole(true)}>
          {t('contacts.timeline.all')}
        </UnstyledButton>
      )}
    </Text>
  );
}

function When({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time className={classes.when} dateTime={at} title={format.exact(at)}>
      {format.when(at)}
    </time>
  );
}
