import type { Quality } from '@/api/schema';
import type { Meaning } from '@/ui/Meaning';

type Grade = 'good' | 'fair' | 'bad';

/**
 * gradeOf puts a MOS into a word: from 4.0 most people are satisfied, below 3.6 many
 * are not (ITU-T G.107 annex B).
 */
export const gradeOf = (mos: number): Grade => (mos >= 4 ? 'good' : mos >= 3.6 ? 'fair' : 'bad');

export const gradeMeaning: Record<Grade, Meaning> = { good: 'ok', fair: 'wait', bad: 'bad' };

/** lossOf is the share of packets that did not come, 0..1. */
export const lossOf = ({ received, lost }: Pick<Quality, 'received' | 'lost'>): number => (received + lost === 0 ? 0 : lost / (received + lost));
