package media

// Dropped counts packets that a leg did not take, by reason.
type Dropped struct {
	Malformed   uint64 // not RTP, or before the first Update
	PayloadType uint64 // neither the codec nor telephone-event, comfort noise for one
	Source      uint64 // from a stranger's address
	SSRC        uint64 // another stream from the right address
	Duplicate   uint64
	// Of a browser only:
	Forged   uint64 // SRTP or SRTCP that is not authentic
	Replayed uint64 // SRTP or SRTCP that came before, or that is none
}

// Stats sums up the sound that a leg received, and what it sent.
type Stats struct {
	Received uint64 // RTP packets, without duplicates
	Lost     uint64 // by gaps in the sequence numbers
	JitterMS float64
	RTTMS    float64 // 0 = never measured: the far side sends no RTCP
	MOS      float64 // what the far side's voice sounds like here; 0 = nothing was received
	// RemoteLost and RemoteJitterMS are what the far side reports of our sound.
	RemoteLost     uint64
	RemoteJitterMS float64
	Sent           uint64
	Dropped        Dropped
}

// Stats may be called at any time, after Close too.
func (l *Leg) Stats() Stats {
	l.in.mu.Lock()
	s := Stats{
		Received: l.in.count.received,
		Lost:     l.in.count.lost(),
		JitterMS: l.in.count.jitterMS(),
		Dropped:  l.in.dropped,
	}
	expected := l.in.count.totalExpected()
	l.in.mu.Unlock()
	if w, ok := l.carrier.(*web); ok {
		w.in.fill(&s.Dropped)
	}
	l.report.fill(&s)
	s.Sent = uint64(l.out.sent(l.engine.now()).packets)
	if expected > 0 {
		s.MOS = MOS(mouthToEar(s.RTTMS, s.JitterMS), 100*float64(s.Lost)/float64(expected))
	}
	return s
}

func (l *Leg) codec() Codec {
	l.in.mu.Lock()
	defer l.in.mu.Unlock()
	return l.in.params.Codec
}
