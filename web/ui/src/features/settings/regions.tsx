import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

// ISO 3166-1: the regions by whose rules telephone numbers can be read.
const codes =
  'AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'.split(
    ' ',
  );

/** useRegionName gives the name of a region in the user's language. */
export function useRegionName(): (code: string) => string {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'region' });
    return (code) => names.of(code) ?? code;
  }, [i18n.language]);
}

/** RegionSelect chooses a country; empty is none. */
export function RegionSelect({ value, onChange, ...rest }: Omit<SelectProps, 'data' | 'onChange'> & { onChange?: (code: string) => void }) {
  const { i18n } = useTranslation();
  const name = useRegionName();
  const data = useMemo(
    () => codes.map((value) => ({ value, label: name(value) })).sort((a, b) => a.label.localeCompare(b.label, i18n.language)),
    [name, i18n.language],
  );
  return <Select searchable clearable limit={60} data={data} value={value || null} onChange={(code) => onChange?.(code ?? '')} {...rest} />;
}
