package host

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestBroadcastKeepsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b broadcast
		ctx, cancel := context.WithCancel(t.Context())
		sounds, pictures, next := 0, 0, 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.run(ctx, func(n int) {
				if n != next {
					t.Errorf("packet %d came as number %d", next, n)
				}
				sounds, next = sounds+1, next+1
			}, func() { pictures++ })
		}()
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		if sounds != 501 || pictures != 126 {
			t.Errorf("10 s made %d packets of sound and %d pictures, want 501 and 126", sounds, pictures)
		}
		cancel()
		<-done
	})
}

// A machine that was slow for a moment catches up; one that slept does not.
func TestBroadcastCatchesUp(t *testing.T) {
	tests := []struct {
		stall time.Duration
		want  int // packets 200 ms after it
	}{
		{70 * time.Millisecond, 14}, // as if nothing had been: 270 ms and the first
		{time.Hour, 12},             // the one before, and 200 ms with both ends
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			var b broadcast
			ctx, cancel := context.WithCancel(t.Context())
			sounds := 0
			done := make(chan struct{})
			go func() {
				defer close(done)
				b.run(ctx, func(n int) {
					if sounds++; n == 0 {
						time.Sleep(tt.stall)
					}
				}, func() {})
			}()
			time.Sleep(tt.stall + 200*time.Millisecond + time.Millisecond)
			synctest.Wait()
			if sounds != tt.want {
				t.Errorf("after a stall of %v there were %d packets, want %d", tt.stall, sounds, tt.want)
			}
			cancel()
			<-done
		})
	}
}
