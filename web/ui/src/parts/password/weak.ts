/** What is wrong with a password, by the server's rules (users.WeakPassword). */
export type Weakness = 'short' | 'long' | 'monotonous';

export const shortest = 8;
const longest = 1024; // bytes

/**
 * weakness finds what can be found without the server, which also refuses those that
 * guessers try first.
 */
export function weakness(password: string): Weakness | undefined {
  const letters = [...password];
  if (letters.length < shortest) return 'short';
  if (new TextEncoder().encode(password).length > longest) return 'long';
  return monotonous(letters.map((l) => l.toLowerCase())) ? 'monotonous' : undefined;
}

// aaaaaaaa, abababab, 12345678, 87654321
function monotonous(letters: string[]): boolean {
  const steps = letters.slice(1).map((l, i) => l.codePointAt(0)! - letters[i]!.codePointAt(0)!);
  return new Set(letters).size < 3 || steps.every((s) => s === 1) || steps.every((s) => s === -1);
}
