package host

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

func TestBroadcastKeepsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := broadcast{packetTime: clip.SoundTime}
		ctx, cancel := context.WithCancel(t.Context())
		packets := 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.run(ctx, func() { packets++ })
		}()
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		if packets != 501 {
			t.Errorf("10 s made %d packets, want 501", packets)
		}
		cancel()
		<-done
	})
}

func TestBroadcastCatchesUpAfterAShortStall(t *testing.T) {
	tests := []struct {
		stall time.Duration
		want  int // packets 200 ms later
	}{
		{70 * time.Millisecond, 14}, // as without a stall: the first, and 270 ms
		{time.Hour, 12},             // the first, and 200 ms with both ends
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			b := broadcast{packetTime: clip.SoundTime}
			ctx, cancel := context.WithCancel(t.Context())
			packets := 0
			done := make(chan struct{})
			go func() {
				defer close(done)
				b.run(ctx, func() {
					if packets++; packets == 1 {
						time.Sleep(tt.stall)
					}
				})
			}()
			time.Sleep(tt.stall + 200*time.Millisecond + time.Millisecond)
			synctest.Wait()
			if packets != tt.want {
				t.Errorf("after a stall of %v there were %d packets, want %d", tt.stall, packets, tt.want)
			}
			cancel()
			<-done
		})
	}
}

func TestBroadcastStartsWithTheFirstViewer(t *testing.T) {
	b, err := newBroadcast()
	if err != nil {
		t.Fatal(err)
	}
	b.send()
	if b.next != 0 {
		t.Errorf("without a viewer the clip is at packet %d, want 0", b.next)
	}
	b.video.viewers.Add(1)
	for range b.clip.Sounds {
		b.send()
	}
	if b.next != 0 {
		t.Errorf("after the last packet the clip is at %d, want 0", b.next)
	}
	b.send()
	b.video.viewers.Add(-1)
	b.send()
	if b.next != 0 {
		t.Errorf("when the last viewer has left the clip is at %d, want 0", b.next)
	}
}
