/** Command is something that the search can do besides finding. */
export interface Command {
  id: string;
  /** In the user's language. */
  label: string;
  /** Other words by which people look for it. */
  also?: string;
  run: () => unknown;
}

/**
 * matching gives the commands that every typed word begins a word of, in their order.
 * Nothing typed: all of them.
 */
export function matching(commands: Command[], typed: string): Command[] {
  const wanted = words(typed);
  return commands.filter((c) => {
    const has = words(`${c.label} ${c.also ?? ''}`);
    return wanted.every((w) => has.some((h) => h.startsWith(w)));
  });
}

const words = (text: string) =>
  text
    .toLocaleLowerCase()
    .replace(/[ʻʼ‘’'`]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
