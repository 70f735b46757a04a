"""The changes that can be prescribed, and how the patient goes on with one."""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from course_lib.base import validation
from course_lib.clinic import ordered, patients, running
from course_lib.schedules import Polynomial, WarmUp

RISE = 150  # updates of a warm-up
LESS = 2 / 3  # of what it would be without: so low must the loss of a cured patient be


class Change(NamedTuple):
    """What becomes of the patient, and what to say where it was not what the patient needed."""

    make: Callable
    cannot: str
    anew: bool = False  # a warm-up belongs to the first updates, so the run begins again


class Treated(NamedTuple):
    """How a patient goes on with a change, and without."""

    course: running.Course
    unchanged: running.Course

    @property
    def ends(self):
        """The validation losses in the end, with the change and without."""
        return running.end(self.course.val_loss), running.end(self.unchanged.val_loss)

    @property
    def is_cured(self):
        """Is the loss low in the end, and clearly lower than without the change?"""
        changed, unchanged = self.ends
        return changed < ordered.WELL and changed < LESS * unchanged


def _set(**fields):
    return lambda patient: patient._replace(**fields)


def _times(factor, patient):
    return patients.with_rate(patient, patient.lr * factor)


def _warm_up(patient):
    return patients.with_rate(patient, WarmUp(patient.lr, RISE))


def _to_zero(patient):
    return patients.with_rate(patient, Polynomial(patient.lr, steps=running.UPDATES, end=0.0))


def _large_batches(patient):
    return patient._replace(batch_size=10 * patient.batch_size)


def _right_name(patient):
    is_read = patient.reads_lr
    return patient if is_read else patients.with_rate(patient._replace(reads_lr=True), patient.lr)


def _usual_epsilon(patient):
    has_one = "epsilon" in patient.optimizer.settings()
    return patient._replace(optimizer=patient.optimizer.replace(epsilon=1e-8)) if has_one else patient


CHANGES = {
    "lr / 10": Change(partial(_times, 0.1), "shorter steps help only where steps are too long"),
    "lr * 10": Change(partial(_times, 10), "longer steps help only where steps are too short"),
    "warm-up": Change(_warm_up, "a warm-up helps only where the start is too steep for the rate", anew=True),
    "lr falls to 0": Change(_to_zero, "a falling rate takes only the noise away"),
    "batches of 10 times": Change(_large_batches, "larger batches take only the noise away"),
    "cross-entropy": Change(_set(loss=patients.ENTROPY), "it learns by cross-entropy already"),
    "the argument's right name": Change(_right_name, "what its owner writes arrives already"),
    "epsilon 1e-8": Change(_usual_epsilon, "no epsilon holds it back"),
    "reset the gradients": Change(_set(resets=True), "its gradients are reset already"),
    "shuffle": Change(_set(shuffled=True), "its samples are shuffled already"),
    "right labels": Change(_set(wrong_labels=0.0), "its labels are right already"),
}


@cache
def go_on(patient, change):
    """300 updates more, with the change and without, from the best weights that the patient had.

    ValueError for a change that there is not.

    >>> go_on(patients.admit("learning rate too high"), "lr / 10").is_cured
    True
    """
    chosen = validation.one_of("change", change, CHANGES)
    changed, start = chosen.make(patient), None if chosen.anew else ordered.untreated(patient).best
    same = changed == patient  # then it need not be run
    return Treated(unchanged(patient) if same else running.run(changed, start), unchanged(patient))


@cache
def unchanged(patient):
    """300 updates more from its best weights, and nothing is changed."""
    return running.run(patient, ordered.untreated(patient).best)
