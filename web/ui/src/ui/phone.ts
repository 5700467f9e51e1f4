/** prettyPhone groups a number's digits for the eye: +998 90 123 45 67. Others are left as they are. */
export function prettyPhone(number: string): string {
  const raw = /^raw:[^:]*:(.*)$/.exec(number);
  if (raw) return raw[1]!;
  const [digits, ext] = number.split(';ext=');
  const pretty = group(digits!);
  return ext ? `${pretty} ,${ext}` : pretty;
}

// The countries our users call most; the rest in threes from the end.
const shapes: [RegExp, string][] = [
  [/^\+(998)(\d\d)(\d{3})(\d\d)(\d\d)$/, '+$1 $2 $3 $4 $5'],
  [/^\+(7)(\d{3})(\d{3})(\d\d)(\d\d)$/, '+$1 $2 $3-$4-$5'],
];

function group(number: string): string {
  for (const [shape, to] of shapes) {
    if (shape.test(number)) return number.replace(shape, to);
  }
  if (!/^\+\d{7,15}$/.test(number)) return number;
  return `+${number.slice(1).replace(/\B(?=(\d{3})+$)/g, ' ')}`;
}
