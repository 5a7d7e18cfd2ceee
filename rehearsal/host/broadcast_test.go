package host

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

func TestBroadcastSendsAPacketEvery20Milliseconds(t *testing.T) {
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
			t.Errorf("got %d packets in 10s, want 501", packets)
		}
		cancel()
		<-done
	})
}

func TestBroadcastCatchesUpAfterAShortStall(t *testing.T) {
	tests := []struct {
		stall time.Duration
		want  int // packets 200 ms after the stall
	}{
		{70 * time.Millisecond, 14}, // as many as without a stall: the first, and 270 ms
		{time.Hour, 12},             // the first, then 200 ms with a packet at both ends
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
				t.Errorf("after a stall of %v: got %d packets, want %d", tt.stall, packets, tt.want)
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
		t.Errorf("without a viewer: got packet %d, want 0", b.next)
	}
	b.video.viewers.Add(1)
	for range b.clip.Sounds {
		b.send()
	}
	if b.next != 0 {
		t.Errorf("after the last packet: got packet %d, want 0", b.next)
	}
	b.send()
	b.video.viewers.Add(-1)
	b.send()
	if b.next != 0 {
		t.Errorf("after the last viewer left: got packet %d, want 0", b.next)
	}
}
