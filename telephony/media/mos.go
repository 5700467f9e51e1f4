package media

// MOS estimates the mean opinion score of a G.711 talk with the E-model (ITU-T
// G.107) from the one-way mouth-to-ear delay in milliseconds and the packet loss
// in percent. 1 is bad, 4.5 is the best there is.
func MOS(delayMS, lossPercent float64) float64 {
	r := rFactor(delayMS, lossPercent)
	switch {
	case r < 0:
		return 1
	case r > 100:
		return 4.5
	}
	return 1 + 0.035*r + r*(r-60)*(100-r)*7e-6
}

// lossRobustness is Bpl of G.711 with packet loss concealment (ITU-T G.113,
// appendix I), which phones and browsers have. Losses are taken as random.
const lossRobustness = 25.1

func rFactor(delayMS, lossPercent float64) float64 {
	delay := 0.024 * delayMS
	if delayMS > 177.3 {
		delay += 0.11 * (delayMS - 177.3)
	}
	loss := 95 * lossPercent / (lossPercent + lossRobustness)
	return 93.2 - delay - loss
}

// mouthToEar estimates the one-way delay from what a leg can measure: half the
// round trip, the listener's jitter buffer, 20 ms of packet time and 10 ms in the
// devices.
func mouthToEar(rttMS, jitterMS float64) float64 {
	return rttMS/2 + max(40, 2*jitterMS) + 20 + 10
}
