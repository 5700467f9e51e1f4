import { Select, type SelectProps } from '@mantine/core';

// Names in the browser's list that the standard has renamed; the server knows both.
const zones = Intl.supportedValuesOf('timeZone');

/** TimezoneSelect chooses a time zone by its IANA name; what it is now stands below. */
export function TimezoneSelect({ value, ...rest }: Omit<SelectProps, 'data'>) {
  const all = value && !zones.includes(value) ? [value, ...zones] : zones;
  return (
    <Select
      searchable
      limit={60}
      data={all.map((z) => ({ value: z, label: z.replaceAll('_', ' ') }))}
      value={value ?? null}
      description={value ? offset(value) : undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...rest}
    />
  );
}

function offset(zone: string): string | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts();
    return parts.find((p) => p.type === 'timeZoneName')?.value.replace('GMT', 'UTC');
  } catch {
    return undefined; // the server knows a zone that this browser does not
  }
}
