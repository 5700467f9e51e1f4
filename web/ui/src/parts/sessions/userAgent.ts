/** Browser and system in words, as far as they can be told; both are proper names. */
export interface Agent {
  browser?: string;
  system?: string;
}

// The first that fits: Chrome's own mark stands in Edge's, Opera's and Yandex's too,
// Safari's in everybody's.
const browsers: [RegExp, string][] = [
  [/YaBrowser\//, 'Yandex Browser'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/(Headless)?Chrom(e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^Go-http-client\//, 'Go'],
  [/^[Pp]ython/, 'Python'],
];
const systems: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

export function readAgent(text: string | undefined): Agent {
  const find = (list: [RegExp, string][]) => list.find(([mark]) => mark.test(text ?? ''))?.[1];
  return { browser: find(browsers), system: find(systems) };
}
