"""Losses that learn from what people like better."""

from course_lib.base import formulas, validation
from course_lib.losses.joint import JointLoss


class DPO(JointLoss, names=["dpo"]):
    """The liked answer must gain on the other: ``-log(sigmoid(h))``.

    ``h = beta * ((chosen - rejected) - (reference_chosen - reference_rejected))``. All four are the
    logarithms of the probability that an answer has, shape (N,): the model's, and those of the frozen
    reference from which it started. The slopes are ``-beta * sigmoid(-h)`` for what h adds, and the opposite
    for what it subtracts; those of the reference are there, but nobody follows them. ``beta`` > 0: how far
    the model may leave the reference.

    Source: R. Rafailov and others (2023), Direct preference optimization.

    >>> round(DPO(beta=0.1)([-1.0], [-3.0], [-2.0], [-2.5]), 8)
    0.62095705
    """

    axes = "N"

    def __init__(self, beta=0.1):
        self.beta = validation.number("beta", beta, lambda b: b > 0, "a number > 0")

    def row(self, chosen, rejected, reference_chosen, reference_rejected):
        return formulas.softplus(-self._gain(chosen, rejected, reference_chosen, reference_rejected))

    def slopes(self, chosen, rejected, reference_chosen, reference_rejected):
        gain = self._gain(chosen, rejected, reference_chosen, reference_rejected)
        pull = self.beta * formulas.sigmoid(-gain)
        return -pull, pull, pull, -pull

    def _gain(self, chosen, rejected, reference_chosen, reference_rejected):
        return self.beta * ((chosen - rejected) - (reference_chosen - reference_rejected))
