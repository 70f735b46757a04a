// The next step of a slider is computed while nobody waits for it, so that a key paints it at once.
// What the figure shows is read through this: Python's last answer, or what was foreseen for these settings.

function foresight(model, controls, settings) {
  let expected = null; // the settings that the same key would choose next
  const isOf = (view) => JSON.stringify(view?.values) === settings();
  const isForeseen = () => !isOf(model.get("view")) && isOf(model.get("foreseen").view);
  return {
    isAtHand: () => isOf(model.get("view")) || isForeseen(),
    seen: {
      get view() { return isForeseen() ? model.get("foreseen").view : model.get("view"); },
      get images() { return { ...model.get("images"), ...(isForeseen() ? model.get("foreseen").images : {}) }; },
    },
    note(before, changes) {
      const next = nextStep(controls, before, changes);
      expected = next && { ...before, ...changes, ...next };
    },
    ask() { // once the answer to the last step is here
      if (!expected || !isOf(model.get("view"))) return;
      model.set("expected", expected);
      expected = null;
      model.save_changes();
    },
  };
}

// Where one slider was moved by one step: the next one. Longer moves are a hand's on its way.
function nextStep(controls, before, changes) {
  const [name, ...others] = Object.keys(changes);
  const control = controls.find((each) => each.name === name);
  if (control?.kind !== "slider" || others.length) return null;
  const { last, value, position } = scale(control);
  const [from, to] = [position(before[name]), position(changes[name])];
  const next = to + (to - from);
  return Math.abs(to - from) === 1 && next >= 0 && next <= last ? { [name]: value(next) } : null;
}
