import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/ui/copyText';
import { prettyPhone } from '@/ui/phone';
import classes from './PhoneLink.module.css';
import { useCallBy } from './useCallBy';

interface Props {
  /** E.164 or raw:<line>:<digits>. */
  number: string;
  ext?: string;
  /** The card on which it stands. */
  contact?: string;
}

/** PhoneLink is a number that can be called and copied. */
export function PhoneLink({ number, ext, contact }: Props) {
  const callBy = useCallBy();
  const text = prettyPhone(ext ? `${number};ext=${ext}` : number);
  const dialable = number.startsWith('+');
  return (
    <span className={classes.phone}>
      {dialable ? (
        <a className={classes.link} {...callBy(number, { ext, contact })}>
          {text}
        </a>
      ) : (
        <span className="tabular">{text}</span>
      )}
      <CopyNumber value={dialable ? number : text} text={text} />
    </span>
  );
}

function CopyNumber({ value, text }: { value: string; text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <ActionIcon
      className={classes.copy}
      data-copied={copied || undefined}
      variant="subtle"
      color="gray"
      size={22}
      onClick={() => void copyText(value).then(setCopied)}
      aria-label={copied ? t('phone.copied') : t('phone.copy', { number: text })}
    >
      {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
    </ActionIcon>
  );
}
