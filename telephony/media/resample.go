package media

import "math"

// mono averages interleaved channels.
func mono(pcm []int16, channels int) []int16 {
	if channels == 1 {
		return pcm
	}
	out := make([]int16, len(pcm)/channels)
	for i := range out {
		sum := 0
		for _, s := range pcm[i*channels:][:channels] {
			sum += int(s)
		}
		out[i] = int16(sum / channels)
	}
	return out
}

// Resample changes the rate of a mono sound with a windowed sinc filter that cuts
// off what the lower of the two rates cannot hold.
func Resample(pcm []int16, from, to int) []int16 {
	if from == to || len(pcm) == 0 {
		return pcm
	}
	const lobes = 16 // of the sinc on each side: some 60 dB of stop band
	cut := min(1, float64(to)/float64(from)) * 0.94
	reach := lobes / cut
	out := make([]int16, int(int64(len(pcm))*int64(to)/int64(from)))
	for i := range out {
		at := float64(i) * float64(from) / float64(to)
		sum, weight := 0.0, 0.0
		for j := int(math.Ceil(at - reach)); float64(j) <= at+reach; j++ {
			x := float64(j) - at
			w := sinc(x*cut) * (0.5 + 0.5*math.Cos(math.Pi*x/reach)) // Hann
			weight += w
			if j >= 0 && j < len(pcm) {
				sum += w * float64(pcm[j])
			}
		}
		out[i] = clip(sum / weight)
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func clip(v float64) int16 {
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, v))))
}
