/** The speeds one listens at. */
export const rates = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3];

/** Settings of the player, kept on this computer for the next recording. */
export interface Settings {
  rate: number;
  volume: number;
  skipSilence: boolean;
}

const place = 'callcard.player';
const first: Settings = { rate: 1, volume: 1, skipSilence: false };

export function readSettings(): Settings {
  try {
    const { rate, volume, skipSilence } = JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Settings>;
    return {
      rate: rate !== undefined && rates.includes(rate) ? rate : first.rate,
      volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : first.volume,
      skipSilence: skipSilence === true,
    };
  } catch {
    return first; // somebody else wrote there
  }
}

export function keepSettings(settings: Settings) {
  localStorage.setItem(place, JSON.stringify(settings));
}
