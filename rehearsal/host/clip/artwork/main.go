// Command artwork writes a style sheet for every picture of the rehearsal host's
// clip, to be laid over host.svg: breathing, blinking, a wave, and a mouth that
// follows the loudness of the speech.
//
//	artwork SPEECH DIRECTORY
//
// SPEECH is the whole sound of the clip: 16-bit little-endian samples, mono, at
// 16 kHz. The program prints the number of style sheets.
package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
)

const (
	sampleRate = 16000
	// frameSeconds is the time of one picture: three packets of Opus.
	frameSeconds = 0.06
	frameSamples = sampleRate * 6 / 100
)

// The wave, in seconds from the start of the clip.
const (
	waveStart = 0.90
	waveEnd   = 3.60
	waveRamp  = 0.55 // to lift the arm, and to put it down
)

// Angles of the forearm in degrees; 0 points up.
const (
	armResting = -89.0
	armRaised  = -9.0
	armSwing   = 9.0
)

// blinks are the times, in seconds, at which the eyes begin to close.
var blinks = []float64{0.5, 3.8, 7.0, 9.8, 10.18, 13.7, 16.9, 19.3}

// glances are times, in seconds, at which the eyes move to a new place.
var glances = []struct{ at, x, y float64 }{
	{0, 0, 0}, {6.0, -3, 1}, {7.2, 0, 0}, {11.3, 3, -1}, {12.4, 0, 0}, {16.0, -2, 2}, {17.0, 0, 0},
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: artwork SPEECH DIRECTORY")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(speech, directory string) error {
	raw, err := os.ReadFile(speech) //nolint:gosec // a path from render.sh
	if err != nil {
		return fmt.Errorf("read speech: %w", err)
	}
	sounds := measure(raw)
	period := float64(len(sounds)) * frameSeconds
	for i, s := range sounds {
		name := filepath.Join(directory, fmt.Sprintf("%04d.css", i))
		if err := os.WriteFile(name, []byte(style(float64(i)*frameSeconds, period, s)), 0o600); err != nil { //nolint:gosec // as above
			return fmt.Errorf("write style sheet: %w", err)
		}
	}
	fmt.Println(len(sounds))
	return nil
}

// A sound is what the mouth and the head follow during one picture.
type sound struct {
	level float64 // loudness, 0 to about 1
	slow  float64 // the same, smoothed over a word
	hiss  float64 // zero crossings per sample: high for s, low for o and u
}

// measure returns the sound of every picture.
func measure(raw []byte) []sound {
	sounds := make([]sound, len(raw)/2/frameSamples)
	var levels []float64
	for i := range sounds {
		sum, crossings, last := 0.0, 0, 0.0
		for n := range frameSamples {
			v := float64(int16(binary.LittleEndian.Uint16(raw[2*(i*frameSamples+n):])))
			sum += v * v
			if v*last < 0 {
				crossings++
			}
			last = v
		}
		sounds[i].level = math.Sqrt(sum / frameSamples)
		sounds[i].hiss = float64(crossings) / frameSamples
		levels = append(levels, sounds[i].level)
	}
	slices.Sort(levels)
	loud := max(levels[len(levels)*95/100], 1)
	slow := 0.0
	for i := range sounds {
		sounds[i].level /= loud
		slow += 0.25 * (sounds[i].level - slow)
		sounds[i].slow = slow
	}
	return sounds
}

// mouth names the group of host.svg that shows a sound.
func mouth(s sound) string {
	switch {
	case s.level < 0.07:
		return "closed"
	case s.level < 0.30 || s.hiss > 0.22:
		return "small"
	case s.level < 0.85 && s.hiss < 0.065:
		return "round"
	case s.level < 0.70:
		return "medium"
	}
	return "large"
}

// eyes names the group that shows the eyes at a time. A blink takes four
// pictures.
func eyes(at float64) string {
	for _, b := range blinks {
		switch math.Floor((at - b) / frameSeconds) {
		case 0, 3:
			return "half"
		case 1, 2:
			return "closed"
		}
	}
	return "open"
}

// forearm returns the angles of the forearm, and of the hand at its wrist.
func forearm(at float64) (arm, hand float64) {
	lifted := smooth((at-waveStart)/waveRamp) * smooth((waveEnd-at)/waveRamp)
	swing := math.Sin(2 * math.Pi * (at - waveStart - waveRamp) / 0.72)
	arm = armResting + (armRaised-armResting+armSwing*swing)*lifted
	return arm, 10 * swing * lifted
}

// smooth goes from 0 to 1 without a jerk.
func smooth(x float64) float64 {
	x = min(max(x, 0), 1)
	return x * x * (3 - 2*x)
}

// style returns the style sheet of one picture. Everything that repeats does so
// a whole number of times in the period, so that the clip can be looped.
func style(at, period float64, s sound) string {
	turn := func(times float64) float64 { return math.Sin(2 * math.Pi * times * at / period) }
	breath := 2.5 * turn(5)
	tilt := 1.1*turn(2) + 0.7*turn(5)
	nod := breath + 4*s.slow
	css := hide("eyes", eyes(at), "open", "half", "closed") +
		hide("mouth", mouth(s), "closed", "small", "medium", "large", "round")
	arm, hand := forearm(at)
	css += fmt.Sprintf("#body{transform:translate(0px,%.2fpx)}\n", breath)
	css += fmt.Sprintf("#head,#hair-back{transform:translate(%.2fpx,%.2fpx) %s}\n", 2*turn(2), nod, rotate(tilt, 640, 420))
	css += fmt.Sprintf("#brows{transform:translate(0px,%.2fpx)}\n", -5*s.slow)
	css += fmt.Sprintf("#arm-waving{transform:%s}\n", rotate(arm, 800, 654))
	css += fmt.Sprintf("#hand-waving{transform:%s}\n", rotate(hand, 800, 552))
	for _, g := range slices.Backward(glances) {
		if at >= g.at {
			return css + fmt.Sprintf("#gaze{transform:translate(%.0fpx,%.0fpx)}\n", g.x, g.y)
		}
	}
	return css
}

func rotate(degrees, x, y float64) string {
	return fmt.Sprintf("translate(%gpx,%gpx) rotate(%.2fdeg) translate(%gpx,%gpx)", x, y, degrees, -x, -y)
}

// hide hides all variants of a group but one.
func hide(group, shown string, variants ...string) string {
	css := ""
	for _, v := range variants {
		if v != shown {
			css += fmt.Sprintf("#%s-%s{display:none}\n", group, v)
		}
	}
	return css
}
