"""Losses: what the model is punished for, and the slope that training follows.

A loss is called as ``loss(y_true, y_pred)``. Both arrays have the same shape; the last axis holds the
outputs of one sample, the axes before it count the samples (a 1-D array is one sample). Three things
can be asked of each loss:

=============================  ==================================================  =================
``loss(y_true, y_pred)``       the mean over the samples                           one float
``loss.per_sample(...)``       the loss of each sample                             ``y.shape[:-1]``
``loss.gradient(...)``         d loss / d y_pred: where the mean's 1/N comes in    ``y.shape``
=============================  ==================================================  =================

Names, formulas and clipping are those of Keras 1.x (``keras/objectives.py``, release 1.2.2); what came
later says so. The type of ``y_pred`` decides: float32 is kept, everything else is computed in float64.
``y_true`` must be finite and in the loss's domain; ``y_pred`` may be NaN or infinite, because a diverging
model predicts just that.

Each loss is there as a class, which takes settings, and under its Keras name, made with the defaults:

>>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
2.0
>>> Huber(delta=2.0)([0.0], [3.0])
4.0

Losses of pairs, triplets and preferences take other arrays: ``losses.joint`` says how they are called. They
are classes only, and ``get`` and ``compile`` do not know them.
"""

from course_lib.losses.base import EPSILON as EPSILON
from course_lib.losses.base import Loss
from course_lib.losses.classification import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    KullbackLeiblerDivergence,
    SparseCategoricalCrossentropy,
)
from course_lib.losses.contrastive import InfoNCE as InfoNCE
from course_lib.losses.contrastive import NTXent as NTXent
from course_lib.losses.contrastive import TripletMargin as TripletMargin
from course_lib.losses.joint import JointLoss as JointLoss
from course_lib.losses.logits import Distillation, ZLoss
from course_lib.losses.margins import CategoricalHinge, Hinge, SquaredHinge
from course_lib.losses.overlap import Dice, Tversky
from course_lib.losses.preferences import DPO as DPO
from course_lib.losses.regression import (
    CosineProximity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Pinball,
    Poisson,
    RootMeanSquaredError,
)


def get(identifier):
    """A loss from its name, from ``{"class_name": ..., "config": {...}}``, or as it is.

    >>> get("mse")
    MeanSquaredError()
    >>> get("huge")
    Traceback (most recent call last):
    ValueError: loss must be one of binary_crossentropy, categorical_crossentropy, ...; got 'huge'
    """
    return Loss.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Loss.known)


binary_crossentropy = BinaryCrossentropy()
binary_focal_crossentropy = BinaryFocalCrossentropy()
categorical_crossentropy = CategoricalCrossentropy()
categorical_focal_crossentropy = CategoricalFocalCrossentropy()
categorical_generalized_cross_entropy = CategoricalGeneralizedCrossEntropy()
categorical_hinge = CategoricalHinge()
cosine_proximity = CosineProximity()
dice = Dice()
distillation = Distillation()
hinge = Hinge()
huber = Huber()
kullback_leibler_divergence = KullbackLeiblerDivergence()
log_cosh = LogCosh()
mean_absolute_error = MeanAbsoluteError()
mean_absolute_percentage_error = MeanAbsolutePercentageError()
mean_squared_error = MeanSquaredError()
mean_squared_logarithmic_error = MeanSquaredLogarithmicError()
pinball = Pinball()
poisson = Poisson()
root_mean_squared_error = RootMeanSquaredError()
sparse_categorical_crossentropy = SparseCategoricalCrossentropy()
squared_hinge = SquaredHinge()
tversky = Tversky()
z_loss = ZLoss()
