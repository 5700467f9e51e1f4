/** outcomeName is what an outcome is called in the reader's language. */
export function outcomeName(language: string, { name, names }: { name: string; names?: Record<string, string> }): string {
  return names?.[language] ?? name;
}

/** kindMeaning is the colour of what came of a call. */
export const kindMeaning = { positive: 'ok', neutral: 'idle', negative: 'bad' } as const;
