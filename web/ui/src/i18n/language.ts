/** The languages of the page, as BCP 47 tags. */
export const languages = ['en', 'ru', 'uz-Latn', 'uz-Cyrl'] as const;
export type Language = (typeof languages)[number];

/** How each language calls itself. */
export const languageNames: Record<Language, string> = {
  en: 'English',
  ru: 'Русский',
  'uz-Latn': 'Oʻzbekcha',
  'uz-Cyrl': 'Ўзбекча',
};

const stored = 'callcard.language';

/** The language chosen on this computer, else the best that the browser asks for. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(stored);
  return [chosen, ...navigator.languages].map(closest).find((l) => l !== undefined) ?? 'en';
}

export function rememberLanguage(language: Language) {
  localStorage.setItem(stored, language);
}

/** closest finds the language of ours that a tag asks for. */
export function closest(tag: string | null | undefined): Language | undefined {
  if (!tag) return undefined;
  const low = tag.toLowerCase();
  if (low.startsWith('uz')) return low.includes('cyrl') ? 'uz-Cyrl' : 'uz-Latn';
  return languages.find((l) => low === l || low.startsWith(`${l}-`));
}
