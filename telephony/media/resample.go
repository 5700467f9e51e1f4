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
	// The place of an output sample between two input samples repeats, so the weights of
	// each place are computed once.
	step, places := from/gcd(from, to), to/gcd(from, to)
	kernels := make([]kernel, min(places, len(out)))
	for i := range out {
		k := &kernels[i%places]
		if k.weights == nil {
			*k = newKernel(float64(i%places)*float64(step)/float64(places), cut, reach)
		}
		first, sum := i/places*step+k.first, 0.0
		for j, w := range k.weights {
			if at := first + j; at >= 0 && at < len(pcm) {
				sum += w * float64(pcm[at])
			}
		}
		out[i] = clip(sum)
	}
	return out
}

// kernel are the weights of the input samples from first on.
type kernel struct {
	first   int
	weights []float64
}

func newKernel(at, cut, reach float64) kernel {
	k := kernel{first: int(math.Ceil(at - reach))}
	sum := 0.0
	for j := k.first; float64(j) <= at+reach; j++ {
		x := float64(j) - at
		w := sinc(x*cut) * (0.5 + 0.5*math.Cos(math.Pi*x/reach)) // Hann
		k.weights = append(k.weights, w)
		sum += w
	}
	for j := range k.weights {
		k.weights[j] /= sum
	}
	return k
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
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
