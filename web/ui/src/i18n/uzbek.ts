// Browsers know Uzbek in Cyrillic, but of Uzbek in Latin letters only the name: Chromium
// writes the 15th of November as "M11 15". So these words are ours.
const months = ['yanvar', 'fevral', 'mart', 'aprel', 'may', 'iyun', 'iyul', 'avgust', 'sentabr', 'oktabr', 'noyabr', 'dekabr'];
const shortMonths = ['yan', 'fev', 'mar', 'apr', 'may', 'iyn', 'iyl', 'avg', 'sen', 'okt', 'noy', 'dek'];
const units: Partial<Record<Intl.RelativeTimeFormatUnit, string>> = { day: 'kun', hour: 'soat', minute: 'daqiqa', second: 'soniya' };

/** uzbekDates writes 15-noy, 15-noy 2026 and 15-noyabr 2026. */
export const uzbekDates = {
  short: { format: (d: Date) => `${d.getDate()}-${shortMonths[d.getMonth()]}` },
  long: { format: (d: Date) => `${d.getDate()}-${shortMonths[d.getMonth()]} ${d.getFullYear()}` },
  full: { format: (d: Date) => `${d.getDate()}-${months[d.getMonth()]} ${d.getFullYear()}` },
};

/** uzbekRelative writes 3 daqiqa oldin and 2 soatdan keyin. */
export const uzbekRelative = {
  format(n: number, unit: Intl.RelativeTimeFormatUnit): string {
    if (n === 0 && unit === 'second') return 'hozir';
    const word = units[unit] ?? unit;
    return n < 0 ? `${-n} ${word} oldin` : `${n} ${word}dan keyin`;
  },
};
