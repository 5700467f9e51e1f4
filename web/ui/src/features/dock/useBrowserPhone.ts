import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { useLive, useLiveStatus } from '@/live/store';
import { useSoftphone } from '@/softphone/context';
import type { Line, Talk } from '@/softphone/machine';
import type { Quality } from '@/softphone/quality';
import type { Softphone } from '@/softphone/softphone';
import { complainInWords } from '@/ui/notice';

/** BrowserPhone is the telephone in the user's browser, in this tab or in another one of it. */
export interface BrowserPhone {
  softphone: Softphone | undefined;
  line: Line;
  talk: Talk | undefined;
  quality: Quality | undefined;
  /** Another tab has it; orders go there. */
  remote: boolean;
  /** Calls ring in the browser, or will as soon as the line is there. */
  takesPart: boolean;
  /** A call that rings now rings in the browser too. */
  rings: boolean;
}

export function useBrowserPhone(): BrowserPhone {
  const { softphone, phone, quality, remote } = useSoftphone();
  const { line } = phone;
  const talk = (remote?.phone ?? phone).talk;
  return {
    softphone,
    line,
    talk,
    quality: remote ? remote.quality : quality,
    remote: remote !== undefined,
    takesPart: line.at !== 'off' || line.why === 'elsewhere',
    rings: (remote?.phone.line ?? line).at === 'registered' || talk?.at === 'ringing' || talk?.at === 'answering',
  };
}

/**
 * isAway: the agent's device is gone, the caller hears music, and nobody can speak with
 * him or hold him. While the network is away only the browser's telephone knows it.
 */
export const isAway = (call: Call | undefined, { talk }: BrowserPhone): boolean =>
  call !== undefined && (call.lost_at !== undefined || (talk?.at === 'lost' && talk.call === call.id));

/** useDoubt: when the live socket was broken, the telephone's may be dead without knowing it. */
export function useDoubt() {
  const { softphone } = useSoftphone();
  const status = useLiveStatus();
  const before = useRef(status);
  useEffect(() => {
    if (before.current === 'lost' && status === 'live') softphone?.tell({ type: 'doubt' });
    before.current = status;
  }, [softphone, status]);
}

/** useFarewell: a call that is to be brought back, and is over meanwhile, is not waited for. */
export function useFarewell() {
  const { softphone, phone } = useSoftphone();
  const live = useLiveStatus() === 'live';
  const lost = phone.talk?.at === 'lost' ? phone.talk.call : undefined;
  const over = useLive((p) => lost !== undefined && (p.calls[lost]?.state ?? 'ended') === 'ended');
  useEffect(() => {
    if (live && lost && over) softphone?.tell({ type: 'gone', call: lost });
  }, [softphone, live, lost, over]);
}

/** useMisfortune says why a talk in the browser ended otherwise than it should. */
export function useMisfortune() {
  const { t } = useTranslation();
  const { talk } = useSoftphone().phone;
  const why = talk?.at === 'over' && talk.why !== 'ended' ? talk.why : undefined;
  useEffect(() => {
    if (!why) return;
    const words = why === 'failed' || why === 'lost' ? t(`dock.talking.over.${why}`) : `${t(`dock.phone.is.${why}`)}. ${t(`dock.phone.then.${why}`)}.`;
    complainInWords(words);
  }, [t, why]);
}
