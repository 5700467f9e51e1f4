import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/ui/copyText';
import { prettyPhone } from '@/ui/phone';
import classes from './PhoneLink.module.css';

/** PhoneLink is a number that can be called and copied. `number` is E.164 or raw:<line>:<digits>. */
export function PhoneLink({ number, ext }: { number: string; ext?: string }) {
  const text = prettyPhone(ext ? `${number};ext=${ext}` : number);
  const dialable = number.startsWith('+');
  return (
    <span className={classes.phone}>
      {dialable ? (
        <a className={classes.link} href={`tel:${number}${ext ? `;ext=${ext}` : ''}`}>
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
