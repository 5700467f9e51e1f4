// Without letters that are mistaken for one another: it is typed on a telephone.
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const length = 24;

/** phonePassword makes a password that a desk phone registers with: 24 characters, about 139 bits. */
export function phonePassword(): string {
  let text = '';
  while (text.length < length) {
    // 224 = 4 * 56: above it the first letters would come more often.
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < letters.length * 4 && text.length < length) text += letters[byte % letters.length];
    }
  }
  return text;
}
