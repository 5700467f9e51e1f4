export type Yaml = string | number | boolean | undefined | Yaml[] | { [key: string]: Yaml };

/**
 * toYaml writes the YAML of an office file: maps, lists, texts, numbers, flags. Lists of
 * single values stand in one line; what is undefined is left out.
 */
export function toYaml(tree: { [key: string]: Yaml }): string {
  return lines(tree, '').join('\n') + '\n';
}

function lines(value: { [key: string]: Yaml }, indent: string): string[] {
  return Object.entries(value).flatMap(([key, v]) => {
    if (v === undefined) return [];
    if (isMap(v)) return [`${indent}${key}:`, ...lines(v, `${indent}  `)];
    if (Array.isArray(v) && v.some(isMap)) return [`${indent}${key}:`, ...v.filter(isMap).flatMap((item) => entry(item, `${indent}  `))];
    return [`${indent}${key}: ${inline(v)}`];
  });
}

function entry(item: { [key: string]: Yaml }, indent: string): string[] {
  const [first, ...rest] = lines(item, `${indent}  `);
  return [`${indent}- ${(first ?? '{}').trimStart()}`, ...rest];
}

const isMap = (v: Yaml): v is { [key: string]: Yaml } => typeof v === 'object' && !Array.isArray(v);

function inline(v: Yaml): string {
  if (Array.isArray(v)) return `[${v.map(inline).join(', ')}]`;
  return typeof v === 'string' ? scalar(v) : JSON.stringify(v);
}

// What a reader of YAML 1.1 or 1.2 would take for something else than a text.
const special = /^(true|false|yes|no|on|off|y|n|null|~|[-+]?[\d.][\d_.:eE+-]*|[-+]?\.(inf|nan)|0[xo][\da-fA-F]+)$/i;

function scalar(text: string): string {
  const plain = /^[\p{L}\p{N}./@_][\p{L}\p{N} ./@_+*-]*$/u.test(text) && !text.endsWith(' ') && !special.test(text);
  return plain ? text : JSON.stringify(text);
}
