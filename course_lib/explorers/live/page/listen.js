// The loss curve as sound: a tone that falls and rises with the line, and a click for each update.

const TUNE = 4; // seconds, whatever the updates
const [LOW, HIGH] = [110, 1760]; // hertz: the plot's lower and upper edge, four octaves apart
const LOUD = 0.15;

// What is heard: the frequency at each point of a line, which is a pitch as high as the point is in its plot.
function melody({ clip: [, top, , height] }, place) {
  const heights = [...floatsOf(place)].filter((_, i) => i % 2).map((y) => 1 - (y - top) / height);
  return heights.map((part) => LOW * (HIGH / LOW) ** Math.min(1, Math.max(0, part)));
}

// Put a melody into an audio context, from `start` on. Returns what sounds, for whoever wants to stop it.
function compose(context, frequencies, start) {
  const beat = TUNE / Math.max(1, frequencies.length - 1);
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.connect(volume).connect(context.destination);
  volume.gain.value = 0;
  tone.frequency.setValueAtTime(frequencies[0], start);
  frequencies.forEach((frequency, update) => {
    const when = start + update * beat;
    tone.frequency.linearRampToValueAtTime(frequency, when);
    volume.gain.setValueAtTime(2 * LOUD, when); // the click
    volume.gain.setTargetAtTime(LOUD, when, beat / 8);
  });
  volume.gain.setTargetAtTime(0, start + TUNE, 0.02);
  tone.start(start);
  tone.stop(start + TUNE + 0.2);
  return tone;
}

// The button. `line` gives the style and the place of the line that is heard; without one there is no button.
function listener(line) {
  let playing = null;
  const stop = () => {
    playing?.close();
    playing = null;
    press.setAttribute("aria-pressed", false);
  };
  const start = () => {
    const { style, place } = line();
    playing = new AudioContext();
    const own = playing;
    compose(playing, melody(style, place), playing.currentTime + 0.05).onended = () => { if (own === playing) stop(); };
    press.setAttribute("aria-pressed", true);
  };
  const press = button("Listen", () => (playing ? stop() : start()), {
    "aria-pressed": false, title: "The curve as sound: high is a large loss, a click is an update. Escape: silence",
  });
  return { node: press, stop, show: () => { press.hidden = !line().place?.byteLength; } };
}
