#!/usr/bin/env bash
# Renders the rehearsal host's clip, host.ivf and host.ogg, from artwork/ with
# the tools of Debian 12: ffmpeg, sox, librsvg2-bin, festival and
# festvox-us-slt-hts, and Go.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

frames=334         # of 60 ms each; as many as 1002 packets of Opus
seconds=20.04
width=960

list=()
# pause SECONDS: appends silence to the list of sounds.
pause() {
  local n=${#list[@]}
  sox -q -n -r 32000 -b 16 "$work/$n.wav" trim 0 "$1"
  list+=("$work/$n.wav")
}
# say SECONDS TEXT: appends a pause and a sentence.
say() {
  pause "$1"
  local n=${#list[@]}
  text2wave -eval '(voice_cmu_us_slt_arctic_hts)' -eval "(Parameter.set 'Duration_Stretch 1.08)" \
    -o "$work/$n.wav" <<<"$2"
  list+=("$work/$n.wav")
}
say 1.45 'Hello, and welcome.'
say 0.55 'You should now see and hear me.'
say 0.60 'This is a rehearsal, not a real meeting.'
say 0.60 'Take your time, and have a look around.'
say 0.60 'You can leave whenever you like.'
pause 20
sox -q "${list[@]}" "$work/speech.wav" highpass 70 trim 0 "$seconds"

# Loudness by EBU R128 in two passes, to the middle of the range of -20 to -16.
norm=loudnorm=I=-18:TP=-3:LRA=7
measured=$(ffmpeg -hide_banner -nostats -i "$work/speech.wav" -af "$norm:print_format=json" -f null - 2>&1 | sed -n '/^{/,/^}/p')
value() { sed -n "s/.*\"$1\" : \"\(.*\)\".*/\1/p" <<<"$measured"; }
norm+=":measured_I=$(value input_i):measured_TP=$(value input_tp):measured_LRA=$(value input_lra)"
norm+=":measured_thresh=$(value input_thresh):offset=$(value target_offset):linear=true"
ffmpeg -v error -i "$work/speech.wav" -af "$norm,aresample=48000" -ac 1 "$work/sound.wav"
ffmpeg -v error -i "$work/sound.wav" -c:a libopus -application voip -b:a 24k -vbr on -frame_duration 20 \
  -page_duration 20000 -map_metadata -1 -fflags +bitexact -flags:a +bitexact -y host.ogg

ffmpeg -v error -i "$work/sound.wav" -ar 16000 -ac 1 -f s16le "$work/sound.raw"
go run ./artwork "$work/sound.raw" "$work" >"$work/count"
[ "$(cat "$work/count")" = "$frames" ]
for css in "$work"/*.css; do echo "$css"; done |
  xargs -P 2 -I{} rsvg-convert -w "$width" -s {} -o {}.png artwork/host.svg
for pass in 1 2; do
  ffmpeg -v error -framerate 50/3 -i "$work/%04d.css.png" -c:v libvpx -b:v 195k -g 34 \
    -auto-alt-ref 0 -deadline best -cpu-used 0 -pix_fmt yuv420p -colorspace smpte170m -threads 1 \
    -pass "$pass" -passlogfile "$work/log" -fflags +bitexact -flags:v +bitexact -y host.ivf
done
ls -l host.ivf host.ogg
