package phone

import "testing"

func BenchmarkNormalize(b *testing.B) {
	r := Rules{Region: "UZ", AreaCode: "71", Line: "carrier", Regions: []string{"RU", "KZ"}}
	for _, in := range []string{"+998901234567", "998901234567", "901234567", "79123456789", "8 (90) 123-45-67 доб. 12", "sip:+998901234567@10.0.0.1;user=phone", "112"} {
		b.Run(in, func(b *testing.B) {
			for b.Loop() {
				Normalize(in, r)
			}
		})
	}
	b.Run("Format", func(b *testing.B) {
		for b.Loop() {
			Format("+998901234567")
		}
	})
}
