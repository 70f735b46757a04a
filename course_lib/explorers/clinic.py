"""The clinic: a sick training, the tests that one orders, and how it goes on with what one prescribes."""

from typing import Any, ClassVar

import numpy as np

from course_lib import plots
from course_lib.clinic import ordered, patients, points, prescriptions, running, signs
from course_lib.explorers.live.controls import Choice, Several, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends
from course_lib.explorers.shared.words import listed, number

NONE = "none yet"
BEDS = tuple(str(bed) for bed in range(1, patients.BEDS + 1))
NEW = {"tests": (), "cause": NONE, "change": NONE}  # what a new patient begins with
EXAMINED = {"ward": 1, **NEW}
LOSSES, NORMS = (0.01, 30.0), (1e-3, 100.0)
NOTHING: Any = ((), ())
LOOKS = {
    "loss": {"color": plots.BLUE},
    "validation": {"color": plots.VERMILION, "ls": "--"},
    "changed": {"color": plots.GREEN, "lw": 3},
    "unchanged": {"color": plots.VERMILION, "ls": "--", "lw": 1.2},
}
OF_TESTS = {"lr / 10": {"color": plots.BLUE, "ls": "-."}, "one batch": {"color": plots.ORANGE}}


class Clinic(Explorer):
    """Ten sick trainings. Order tests, name the cause, prescribe a change, and the run goes on.

    >>> figure = Clinic()
    >>> print(figure.set(patient="10", tests=["lr / 10"]))
    Patient 10 (SGD, lr 0.36) ends at a loss of 1.83, validation 1.87. Tests: lr / 10
    changes nothing.
    """

    title = "The clinic: what ails this training?"
    goal = "a patient cured and its cause named, with one test at most."
    inches = (9.6, 4.4)
    controls: ClassVar = {
        "patient": Choice("5", BEDS),
        "tests": Several((), tuple(ordered.TESTS), label=f"tests ({ordered.MOST} at most)"),
        "cause": Choice(NONE, (NONE, *patients.CAUSES)),
        "change": Choice(NONE, (NONE, *prescriptions.CHANGES)),
        "ward": Slider(1, low=1, high=9, step=1, whole=True),
    }
    presets: ClassVar = {
        "Patient 5, a tenth of the rate": EXAMINED | {"patient": "5", "tests": ["lr / 10"]},
        "Patient 3, one batch": EXAMINED | {"patient": "3", "tests": ["one batch"]},
        "Patient 7, the gradient": EXAMINED | {"patient": "7", "tests": ["gradient norm"]},
        "Patient 8, curvature": EXAMINED | {"patient": "8", "tests": ["lr * curvature"]},
        "A wrong cause": EXAMINED | {"patient": "4", "tests": ["one batch"], "cause": "MSE on a softmax"},
        "A wrong change": EXAMINED | {"patient": "3", "tests": ["one batch"], "change": "shuffle"},
    }

    def frame(self, *, patient, tests, cause, change, ward):
        bed, patient = patient, patients.ward(ward)[int(patient) - 1]
        done = tests[: ordered.MOST]
        results = {test: ordered.result(test, patient) for test in done}
        treated = None if change == NONE else prescriptions.go_on(patient, change)
        is_named, is_cured = cause == patient.cause, bool(treated and treated.is_cured)
        earned = points.of(is_named, is_cured, len(tests))
        known = signs.seen(patient, done)
        run, after = _the_run(patient, treated), _the_tests(results)
        named = "" if cause == NONE else f"cause: {cause}"
        sentences = [
            _verdict(bed, patient, cause, known, earned),
            _of_tests(results, len(tests)),
            _of_change(change, treated),
        ]
        return Frame(
            run | after | {"named": named} | self._names(run, after),
            " ".join(filter(None, sentences)),
            _why(patient, is_named, known),
            reached=is_named and is_cured and len(tests) <= 1,
            grows=_grown(run),
            facts={"patient": patient, "results": results, "treated": treated, "points": earned},
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.4, 1, 1])
        _draw_axes(left, "The run: loss", 2 * running.UPDATES, LOSSES)
        left.axvline(running.UPDATES, ymax=0.92, color=plots.FAINT, lw=1, zorder=0)
        _draw_axes(middle, "Tests: loss", running.UPDATES, LOSSES)
        _draw_axes(right, "Gradient", running.UPDATES, NORMS)
        plots.room_for_names(left, "unchanged")
        plots.room_for_names(middle, "one batch")
        lines = {name: plots.empty_line(left, **look) for name, look in LOOKS.items()}
        lines |= {name: plots.empty_line(middle, **look) for name, look in OF_TESTS.items()}
        names = {name: plots.end_name(left, look["color"]) for name, look in LOOKS.items()}
        names |= {name: plots.end_name(middle, look["color"]) for name, look in OF_TESTS.items()}
        return {
            **lines,
            "gradient norm": plots.empty_line(right, color=plots.INK),
            **{f"name of {name}": text for name, text in names.items()},
            "named": _words_on(left),
            "lr * curvature": _words_on(middle),
            "not ordered": _words_on(right),
        }

    def set_state(self, sync_data):
        """Another patient has no tests yet, no cause and no change."""
        moved = self.checked({name: sync_data[name] for name in ("patient", "ward") if name in sync_data})
        is_new = any(value != getattr(self, name) for name, value in moved.items())
        super().set_state(NEW | sync_data if is_new else sync_data)

    def _names(self, run, after):
        """The names of the lines, at their ends."""
        gap = ends.GAP * self.screen["text"]
        lines = {name: run[name] for name in LOOKS}
        lines |= {name: ends.seen(after[name], LOSSES) for name in OF_TESTS}
        if len(run["changed"][0]):  # there is no room for them in the middle of the panel
            lines |= {"loss": NOTHING, "validation": NOTHING}
        parts = ({name: lines[name] for name in part} for part in (LOOKS, OF_TESTS))
        placed = [ends.labels(part, LOSSES, log=True, beyond=9, gap=gap) for part in parts]
        return {f"name of {name}": place for part in placed for name, place in part.items()}


def _draw_axes(axes, title, updates, limits):
    axes.set(title=title, xlabel="updates", xlim=(0, updates), ylim=limits, yscale="log")
    axes.set_xticks(range(0, updates + 1, running.UPDATES))
    axes.minorticks_off()
    axes.grid(axis="y", alpha=0.3)


def _words_on(axes):
    """An empty text at the top of a panel."""
    return axes.text(0.02, 0.99, "", transform=axes.transAxes, va="top", color=plots.INK)


def _the_run(patient, treated):
    """The run until now, and how it goes on, changed and unchanged."""
    sick = ordered.untreated(patient)
    lines = {"loss": (sick.updates, sick.loss), "validation": (sick.updates, sick.val_loss)}
    further = {"changed": NOTHING, "unchanged": NOTHING}
    if treated:
        x = running.UPDATES + sick.updates
        further = {"changed": (x, treated.course.val_loss), "unchanged": (x, treated.unchanged.val_loss)}
    return lines | further


def _the_tests(results):
    """The curves of the tests that were ordered, and the curvature in words."""
    curves = dict.fromkeys((*OF_TESTS, "gradient norm"), NOTHING)
    found = {test: (x, np.clip(y, 1e-9, 1e9)) for test, (*_, (x, y)) in results.items() if len(x)}
    product = results.get("lr * curvature")
    said = f"lr * curvature: {number(product.number)}" if product else ""
    said = said or ("" if results.keys() & OF_TESTS else "not ordered")
    return (
        curves
        | found
        | {
            "lr * curvature": said,
            "not ordered": "" if "gradient norm" in results else "not ordered",
        }
    )


def _grown(run):
    lines = {name: x.astype(int) for name, (x, _) in run.items() if len(x)}
    return lines | {f"name of {name}": name for name in lines}


def _verdict(bed, patient, cause, known, earned):
    """What is wrong with the patient, or with what was said of it."""
    if cause == NONE:
        sick = ordered.untreated(patient)
        loss, val_loss = (number(running.end(curve)) for curve in (sick.loss, sick.val_loss))
        return f"Patient {bed} ({patient.line}) ends at a loss of {loss}, validation {val_loss}."
    if cause == patient.cause:
        return f"Right, patient {bed} has this: {cause} ({earned} of {points.ALL} points)."
    speaks = signs.against(cause, known)
    if speaks:
        return f"Not {cause} (patient {bed}), because {speaks[0]} {known[speaks[0]]}."
    return f"Not {cause} (patient {bed}), though nothing that was seen so far speaks against it."


def _of_tests(results, count):
    if not results:
        return "No test was ordered."
    too_many = "; no more than three tests are done" if count > ordered.MOST else ""
    return f"Tests: {listed([f'{test} {result.word}' for test, result in results.items()])}{too_many}."


def _of_change(change, treated):
    if not treated:
        return ""
    after, without = (number(end) for end in treated.ends)
    if treated.is_cured:
        return f"Cured by {change}: validation {after}, unchanged {without}."
    is_same = np.array_equal(treated.course.val_loss, treated.unchanged.val_loss)
    happens = "nothing changes" if is_same else f"it is not cured, {after} (unchanged {without})"
    return f"With {change}, {happens}: {prescriptions.CHANGES[change].cannot}."


def _why(patient, is_named, known):
    if is_named:
        return f"{patient.cause[:1].upper()}{patient.cause[1:]}: {signs.MEANS[patient.cause]}."
    left = signs.left(known)
    if not left:
        return "Something that was seen speaks against each cause."
    return f"What was seen leaves {len(left)} of {len(patients.CAUSES)} causes: {listed(left)}."
