"""Every refusal is a ValueError that names the argument, what it got and, in words, what it accepts."""

import numpy as np
import pytest

from course_lib import (
    activations,
    constraints,
    datasets,
    initialisers,
    losses,
    optimizers,
    schedules,
    surfaces,
    training,
)
from course_lib.averaging import EMA
from course_lib.base import validation as check
from course_lib.layers import Activation, Dense, Dropout
from course_lib.models import Sequential
from course_lib.optimizers import SGD

NAN, INF = np.nan, np.inf
X, Y = np.ones((4, 3)), np.array([[1.0, 0.0], [0.0, 1.0]] * 2)


def model(loss="mse", metrics=None):
    """A model of 3 inputs and 2 outputs, ready to fit."""
    made = Sequential([Dense(2, input_dim=3), Activation("softmax")])
    made.compile(loss=loss, optimizer=SGD(lr=0.1, momentum=0.9), metrics=metrics)
    return made


def fit(x=X, y=Y, loss="mse", metrics=None, **settings):
    return model(loss, metrics).fit(x, y, **{"verbose": 0} | settings)


def grown():
    """A model with a layer added after it was compiled."""
    made = model()
    made.add(Dense(2))
    return made


mse, crossentropy = losses.get("mse"), losses.get("categorical_crossentropy")
sparse = "sparse_categorical_crossentropy"
two, three = np.zeros(2), np.zeros(3)
unbroadcastable = SGD(lr=[0.1, 0.2], momentum=[0, 0.5, 0.9])
at_least_0, below_1, finite, flag = (
    "lr must be .*>= 0",
    r"momentum must be .*\[0, 1\)",
    "finite numbers",
    "True or False",
)
part = r"p must be one number in \[0, 1\)"

# A call, the argument and what it accepts, and what it got: patterns of the message.
REFUSED = {
    "names": [
        (lambda: losses.get("mze"), "loss must be one of .*mse", "'mze'"),
        (lambda: losses.get(None), "loss must be one of", "None"),
        (lambda: losses.get(["mse"]), "loss must be one of", r"\['mse'\]"),
        (lambda: optimizers.get("sdg"), "optimizer must be one of .*sgd", "'sdg'"),
        (lambda: optimizers.get(3), "optimizer must be one of", "3"),
        (lambda: optimizers.get({"class_name": "sdg", "config": {}}), "optimizer must be one of", "'sdg'"),
        (lambda: optimizers.get({"class_name": "SGD"}), "optimizer must be .*config", "'class_name'"),
        (lambda: optimizers.get({}), "optimizer must be .*class_name and config", "empty"),
        (lambda: optimizers.get({"class_name": "SGD", "config": None}), "config", "None"),
        (lambda: SGD.from_config({"rate": 1}), "config of SGD accepts lr, momentum", "rate"),
        (lambda: surfaces.get("hill"), "surface must be one of .*ravine", "'hill'"),
        (lambda: training.run("hill", "sgd"), "surface must be one of .*ravine", "'hill'"),
        (lambda: training.run("ravine", "sdg"), "optimizer must be one of .*sgd", "'sdg'"),
        (lambda: activations.get("tahn"), "activation must be one of .*tanh", "'tahn'"),
        (lambda: Activation(None), "activation must be one of .*tanh", "None"),
        (lambda: Dense(2, activation="tahn"), "activation must be one of .*tanh", "'tahn'"),
        (lambda: initialisers.get("uniforn"), "init must be one of .*uniform", "'uniforn'"),
        (lambda: Dense(2, init=0), "init must be one of .*uniform", "0"),
        (lambda: Sequential().compile("mze", "sgd"), "loss must be one of", "'mze'"),
        (lambda: Sequential().compile("mse", "sdg"), "optimizer must be one of", "'sdg'"),
        (lambda: model(metrics=["acuracy"]), "metric must be one of .*accuracy.* or a loss", "'acuracy'"),
        (lambda: model(metrics=[None]), "metric must be one of .*accuracy.* or a loss", "None"),
        (lambda: model(metrics="accuracy"), "metrics must be a list", "'accuracy'"),
        (lambda: model(metrics=["mse", "MSE"]), "metrics must differ", "mean_squared_error, mean_sq"),
        (lambda: Dense(2, W_constraint="maxnrom"), "constraint must be one of .*maxnorm", "'maxnrom'"),
        (lambda: Dense(2, b_constraint=2), "constraint must be one of .*maxnorm", "2"),
    ],
    "settings": [
        (lambda: SGD(lr=-0.1), at_least_0, "-0.1"),
        (lambda: SGD(learning_rate=-0.1), at_least_0, "-0.1"),
        (lambda: SGD(lr=[0.1, -0.2]), at_least_0, "-0.2"),
        (lambda: SGD(lr=NAN), at_least_0, "nan"),
        (lambda: SGD(lr=INF), at_least_0, "inf"),
        (lambda: SGD(lr=None), at_least_0, "None"),
        (lambda: SGD(lr="fast"), at_least_0, "'fast'"),
        (lambda: SGD(lr="0.1"), at_least_0, "'0.1'"),
        (lambda: SGD(lr=0.1j), at_least_0, "0.1j"),
        (lambda: SGD(lr=[]), at_least_0, r"\[\]"),
        (lambda: SGD(lr=[[0.1], [0.1, 0.2]]), at_least_0, r"\[\[0.1\], "),
        (lambda: SGD(momentum=1.0), below_1, "1.0"),
        (lambda: SGD(momentum=-0.1), below_1, "-0.1"),
        (lambda: SGD(momentum=[0.5, 1.5]), below_1, "1.5"),
        (lambda: SGD(momentum=NAN), below_1, "nan"),
        (lambda: SGD(momentum="0.9"), below_1, "'0.9'"),
        (lambda: SGD(momentum=[]), below_1, r"\[\]"),
        (lambda: SGD(decay=-1e-6), "decay must be .*>= 0", "-1e-06"),
        (lambda: SGD(decay=INF), "decay must be .*>= 0", "inf"),
        (lambda: SGD(decay=None), "decay must be .*>= 0", "None"),
        (lambda: SGD(nesterov=1), "nesterov must be " + flag, "1"),
        (lambda: SGD(nesterov="yes"), "nesterov must be " + flag, "'yes'"),
        (lambda: SGD(nesterov=None), "nesterov must be " + flag, "None"),
        (lambda: SGD(nesterov=[]), "nesterov must be " + flag, r"\[\]"),
        (lambda: SGD(nesterov=[[True], [True, False]]), "nesterov must be " + flag, r"\[\[True\], "),
        (lambda: surfaces.get("parabola", curvature=0), "curvature must be .*> 0", "0"),
        (lambda: surfaces.get("parabola", curvature=[]), "curvature must be .*> 0", r"\[\]"),
        (lambda: surfaces.get("ravine", condition=0.5), "condition must be .*>= 1", "0.5"),
        (lambda: surfaces.get("ravine", condition="steep"), "condition must be .*>= 1", "'steep'"),
        (lambda: surfaces.get("ravine", angle=INF), "angle must be .*degrees", "inf"),
        (lambda: training.run("ravine", "sgd", steps=-1), "steps must be a whole number >= 0", "-1"),
        (lambda: training.run("ravine", "sgd", steps=1.5), "steps must be a whole number >= 0", "1.5"),
        (lambda: Dense(0), "output_dim must be a whole number >= 1", "0"),
        (lambda: Dense(2.5), "output_dim must be a whole number >= 1", "2.5"),
        (lambda: Dense(2, input_dim=0), "input_dim must be a whole number >= 1", "0"),
        (lambda: Dense(2, input_dim="3"), "input_dim must be a whole number >= 1", "'3'"),
        (lambda: Dense(2, bias=1), "bias must be " + flag, "1"),
        (lambda: Dense(2, bias=False, b_constraint="nonneg"), "b_constraint must be None", "NonNeg"),
        (lambda: Dropout(1), part, "1"),
        (lambda: Dropout(-0.1), part, "-0.1"),
        (lambda: Dropout("half"), part, "'half'"),
        (lambda: Dropout([0.1, 0.2]), part, "0.1"),
        (lambda: Sequential(seed=-1), "seed must be a whole number >= 0", "-1"),
        (lambda: Sequential(seed=True), "seed must be a whole number >= 0", "True"),
    ],
    "shapes": [
        (lambda: mse(two, three), r"y_true must have the shape of the predictions, \(3,\)", r"\(2,\)"),
        (lambda: mse([two], two), r"y_true must have the shape of the predictions, \(2,\)", r"\(1, 2\)"),
        (lambda: mse.gradient(two, three), r"y_true must have .* predictions, \(3,\)", r"\(2,\)"),
        (lambda: mse.per_sample([two], [three]), r"y_true must have .* predictions, \(1, 3\)", r"\(1, 2\)"),
        (lambda: mse([0, 1], X[:2]), r"y_true must have .* \(2, 3\)", r"\(2,\).*to_categorical"),
        (lambda: SGD().step(two, three, SGD().init(two)), r"g must have the shape of w, \(2,\)", r"\(3,\)"),
        (lambda: training.run("ravine", "sgd", w0=three), "w0 must have 2 coordinates", r"\(3,\)"),
        (lambda: training.run("ravine", "sgd", w0=1.0), "w0 must have 2 coordinates", r"\(\)"),
        (
            lambda: training.run("ravine", SGD(lr=[0, 1]), w0=np.ones((2, 3))),
            r"w0 must .*\(2,\)",
            r"\(2, 3\)",
        ),
        (lambda: training.run("ravine", unbroadcastable), "must broadcast", r"lr \(2,\), momentum \(3,\)"),
        (lambda: model().compile("mse", SGD(lr=[0.1, 0.2])), "optimizer must have plain numbers", r"\(2,\)"),
        (lambda: model().compile("mse", unbroadcastable), "must broadcast", r"lr \(2,\), momentum \(3,\)"),
        (lambda: fit(x=X[:, :2]), r"x must have shape \(samples, 3\)", r"\(4, 2\)"),
        (lambda: fit(x=X[0]), r"x must have shape \(samples, 3\)", r"\(3,\)"),
        (lambda: fit(y=Y[:3]), r"y_true must have the shape of the predictions, \(4, 2\)", r"\(3, 2\)"),
        (lambda: fit(y=[0, 1, 0, 1]), r"y_true must have .*, \(4, 2\)", r"\(4,\).*to_categorical"),
        (lambda: fit(y=Y, loss=sparse), r"y_true must have shape \(4,\), a label", r"\(4, 2\)"),
        (lambda: fit(validation_data=X), r"validation_data must be a pair \(x, y\)", "array"),
        (lambda: fit(validation_data=(X,)), r"validation_data must be a pair \(x, y\)", "array"),
        (lambda: fit(validation_data=(X, Y[:3])), r"validation_data: y_true must .*\(4, 2\)", r"\(3, 2\)"),
        (lambda: fit(validation_data=(X[:, 1:], Y)), r"validation_data: x must .*, 3\)", r"\(4, 2\)"),
        (lambda: model().train_on_batch(X[0], Y), r"x must have shape \(samples, 3\)", r"\(3,\)"),
        (lambda: model().train_on_batch(X, Y[:3]), r"y_true must have the shape .*\(4, 2\)", r"\(3, 2\)"),
        (lambda: model().predict(X[0]), r"x must have shape \(samples, 3\)", r"\(3,\)"),
        (lambda: model().evaluate(X, Y[:3]), r"y_true must have the shape .*\(4, 2\)", r"\(3, 2\)"),
        (lambda: model().predict_classes(X[0]), r"x must have shape \(samples, 3\)", r"\(3,\)"),
        (lambda: model().set_weights(3), "weights must be a list of arrays", "3"),
        (lambda: model().set_weights([X]), r"weights must have the shapes \[\(3, 2\), \(2,\)\]", r"\(4, 3\)"),
        (
            lambda: model().set_weights([Y[:3].T, two]),
            r"weights .*shapes \[\(3, 2\)",
            r"\[\(2, 3\), \(2,\)\]",
        ),
        (lambda: model().set_weights([Y[:3], "ab"]), r"weights\[1\] must be .*numbers", "'ab'"),
        (lambda: model().add("tanh"), "layer must be a Layer that no model has yet", "'tanh'"),
        (lambda: model().add(model().layers[0]), "layer must be a Layer that no model has yet", "Dense"),
        (lambda: Sequential([Dense(2)]), "input_dim must be given", r"Dense\(2"),
        (lambda: Sequential([Activation("tanh")]), "input_dim must be given", "Activation"),
        (lambda: model().add(Dense(2, input_dim=5)), "input_dim must be 2", "5"),
    ],
    "data": [
        (lambda: datasets.to_categorical([0, 3], classes=3), "labels must be .* from 0 to 2", "3"),
        (lambda: datasets.to_categorical([0, -1], classes=3), "labels must be .* from 0 to 2", "-1"),
        (lambda: datasets.to_categorical([0, 0.5]), "labels must be whole numbers", "0.5"),
        (lambda: datasets.to_categorical([0, NAN]), "labels must hold " + finite, "NaN .* 1 of 2"),
        (lambda: datasets.to_categorical([]), "labels must hold at least one", "empty"),
        (lambda: datasets.to_categorical("seven"), "labels must be .*numbers", "'seven'"),
        (lambda: datasets.to_categorical([0], classes=0), "classes must be a whole number >= 1", "0"),
        (lambda: datasets.load_digits(components=0), "components must be a whole number >= 1", "0"),
        (lambda: datasets.load_digits(components=65), "components must be .* from 1 to 64", "65"),
        (lambda: crossentropy([[0, 2]], [[0.5, 0.5]]), r"y_true must hold .*in \[0, 1\]", "2"),
        (lambda: crossentropy([[-0.1, 1]], [[0.5, 0.5]]), r"y_true must hold .*in \[0, 1\]", "-0.1"),
        (lambda: crossentropy.gradient([[0, 2]], [[0.5, 0.5]]), r"y_true must hold .*in \[0, 1\]", "2"),
        (lambda: mse([NAN, 1], two), "y_true must hold " + finite, "NaN .* 1 of 2"),
        (lambda: mse([INF, 1], two), "y_true must hold " + finite, "infinity .* 1 of 2"),
        (lambda: mse([], []), "y_true must hold at least one number", "empty"),
        (lambda: mse(None, two), "y_true must .*numbers", "None|NaN"),
        (lambda: mse("ab", two), "y_true must be .*numbers", "'ab'"),
        (lambda: mse(["1", "2"], two), "y_true must be .*numbers", r"\['1', '2'\]"),
        (lambda: mse(two, "ab"), "y_pred must be .*numbers", "'ab'"),
        (lambda: mse(two, [1j, 0]), "y_pred must be .*numbers", "1j"),
        (lambda: training.run("ravine", "sgd", w0=[NAN, 1]), "w0 must hold " + finite, "NaN .* 1 of 2"),
        (lambda: training.run("ravine", "sgd", w0=[]), "w0 must hold at least one", "empty"),
        (lambda: training.run("ravine", "sgd", w0="here"), "w0 must be .*numbers", "'here'"),
        (lambda: fit(x=X * NAN), "x must hold " + finite, "12 of 12"),
        (lambda: fit(x=X[:0], y=Y[:0]), "x must hold at least one", r"empty .*\(0, 3\)"),
        (lambda: fit(x=None), "x must .*numbers", "None|NaN"),
        (lambda: fit(x="ab"), "x must be .*numbers", "'ab'"),
        (lambda: fit(y=Y / 0.5, loss="categorical_crossentropy"), r"y_true must hold .*in \[0, 1\]", "2"),
        (lambda: fit(y=[0, 1, 2, 1], loss=sparse), "y_true must hold labels from 0 to 1", "2"),
        (lambda: fit(y=Y - 1, metrics=["kld"]), r"y_true must hold .*in \[0, 1\]", "-1"),
        (lambda: fit(y=Y[:, 0], loss=sparse, metrics=["mse"]), r"y_true must have .*\(4, 2\)", r"\(4,\)"),
        (lambda: fit(validation_data=(X, Y * NAN)), "validation_data: y_true must hold " + finite, "8 of 8"),
        (lambda: model().predict(X * INF), "x must hold " + finite, "12 of 12"),
        (lambda: fit(y=Y - INF), "y_true must hold " + finite, "8 of 8"),
    ],
    "losses": [
        (lambda: crossentropy([[0, 2]], [[0.5, 0.5]]), "for CategoricalCrossentropy", "2"),
        (lambda: losses.binary_crossentropy([2], [0.5]), r"probabilities in \[0, 1\] for Binary", "2"),
        (lambda: losses.hinge([0, 1], two), r"y_true must hold the labels -1 and \+1 for Hinge", "0"),
        (lambda: losses.squared_hinge([0.5, 1], two), r"the labels -1 and \+1 for SquaredHinge", "0.5"),
        (lambda: losses.categorical_hinge([0.5, 0.5], two), r"one-hot rows\) for CategoricalHinge", "0.5"),
        (lambda: losses.poisson([-1, 1], two), "y_true must hold numbers >= 0 for Poisson", "-1"),
        (lambda: losses.get("msle")([-1, 1], two), "y_true must hold numbers >= 0 for MeanSquared", "-1"),
        (lambda: losses.get("kld")([-1, 1], two), "probabilities .* for Kullback", "-1"),
        (lambda: losses.dice([0, 2], two), "probabilities .* for Dice", "2"),
        (lambda: losses.tversky([0, 2], two), "probabilities .* for Tversky", "2"),
        (lambda: losses.get("binary_focal")([0, 2], two), "probabilities .* for BinaryFocal", "2"),
        (lambda: losses.get("categorical_focal")([0, 2], two), "probabilities .* for CategoricalFocal", "2"),
        (lambda: losses.categorical_generalized_cross_entropy([0, 2], two), "probabilities .* for", "2"),
        (lambda: losses.get(sparse)([0.5], [two]), "y_true must hold whole numbers from 0 up", "0.5"),
        (lambda: losses.get(sparse)([-1], [two]), "y_true must hold whole numbers from 0 up", "-1"),
        (lambda: losses.get(sparse)([2], [two]), "y_true must hold labels from 0 to 1", "2"),
        (lambda: losses.get(sparse)([[0, 1]], [two]), r"shape \(1,\), a label for each row", r"\(1, 2\)"),
        (lambda: losses.Huber(delta=0), "delta must be a number > 0", "0"),
        (lambda: losses.Huber(delta="wide"), "delta must be a number > 0", "'wide'"),
        (lambda: losses.Pinball(quantile=1), r"quantile must be a number in \(0, 1\)", "1"),
        (lambda: losses.Pinball(quantile=NAN), r"quantile must be a number in \(0, 1\)", "nan"),
        (lambda: losses.BinaryCrossentropy(from_logits=1), "from_logits must be " + flag, "1"),
        (lambda: losses.BinaryCrossentropy(label_smoothing=2), r"label_smoothing must .*\[0, 1\]", "2"),
        (lambda: losses.CategoricalCrossentropy(label_smoothing=-1), r"label_smoothing .*\[0, 1\]", "-1"),
        (lambda: losses.CosineProximity("max"), "reduction must be one of mean, sum", "'max'"),
        (lambda: losses.BinaryFocalCrossentropy(gamma=-1), "gamma must be a number >= 0", "-1"),
        (lambda: losses.BinaryFocalCrossentropy(balanced=None), "balanced must be " + flag, "None"),
        (lambda: losses.CategoricalFocalCrossentropy(alpha=2), r"alpha must be .*\[0, 1\]", "2"),
        (lambda: losses.CategoricalGeneralizedCrossEntropy(q=0), r"q must be a number in \(0, 1\]", "0"),
        (lambda: losses.Tversky(alpha=-1), "alpha must be a number >= 0", "-1"),
        (lambda: losses.Tversky(beta=INF), "beta must be a number >= 0", "inf"),
        (lambda: mse(X, X, sample_weight=[1, 2]), r"sample_weight .* each sample, shape \(4,\)", "1., 2."),
        (lambda: mse(X, X, sample_weight=[1, 2, -1, 0]), "sample_weight must hold a number >= 0", "-1"),
        (lambda: mse.gradient(X, X, sample_weight=[0] * 4), "sample_weight .*at least one", "only zeros"),
        (lambda: mse(X, X, sample_weight=[NAN] * 4), "sample_weight must hold " + finite, "NaN"),
        (lambda: mse(X, X, keras=2), "keras must be the generation 1 or 3", "2"),
    ],
    "optimizers": [
        (lambda: optimizers.Adam(beta_1=1), r"beta_1 must be a number in \[0, 1\)", "1"),
        (lambda: optimizers.Adamax(beta_2=-0.1), r"beta_2 must be a number in \[0, 1\)", "-0.1"),
        (lambda: optimizers.RMSprop(rho=[0.5, 1]), r"rho must be a number in \[0, 1\)", "1"),
        (lambda: optimizers.RMSprop(centered="yes"), "centered must be " + flag, "'yes'"),
        (lambda: optimizers.Adadelta(epsilon=0), "epsilon must be a finite number > 0", "0"),
        (lambda: optimizers.Adagrad(epsilon_inside=1), "epsilon_inside must be " + flag, "1"),
        (lambda: optimizers.Adagrad(initial_accumulator_value=-1), "initial_accumulator_value must", "-1"),
        (lambda: optimizers.Adam(amsgrad=0), "amsgrad must be " + flag, "0"),
        (lambda: optimizers.Adam(bias_correction=[1]), "bias_correction must be " + flag, r"\[1\]"),
        (lambda: optimizers.Adam(epsilon_corrected="yes"), "epsilon_corrected must be " + flag, "'yes'"),
        (lambda: SGD(l2=-1), "l2 must be a finite number >= 0", "-1"),
        (lambda: SGD(weight_decay="much"), "weight_decay must be a finite number >= 0", "'much'"),
        (lambda: optimizers.AdamW(weight_decay=None), "weight_decay must be a finite number >= 0", "None"),
        (lambda: SGD(0.1, learning_rate=0.5), "lr must be given once", "as lr and as learning_rate"),
        (lambda: SGD(lr=0.1, learning_rate=0.5), "lr must be given once", "as lr and as learning_rate"),
        (lambda: SGD(learning_rate=None), "lr must be a finite number >= 0", "None"),
        (lambda: SGD.from_config({"lr": 1, "learning_rate": 1}), "lr must be given once", "as lr"),
        (lambda: SGD().replace(lr=1, learning_rate=1), "lr must be given once", "as lr"),
        (lambda: SGD().replace(rate=1), "config of SGD accepts lr, momentum", "rate"),
        (lambda: EMA(momentum=1), r"momentum must be a number in \[0, 1\)", "1"),
        (lambda: EMA().init("w"), "w must be .*numbers", "'w'"),
        (
            lambda: EMA().step([1.0, 2.0], EMA().init([1.0])),
            "w must have the shape of the average",
            r"\(2,\)",
        ),
        (lambda: optimizers.Nadam(schedule_decay=-1), "schedule_decay must be a finite number >= 0", "-1"),
        (lambda: optimizers.AdamW(weight_decay=NAN), "weight_decay must be a finite number >= 0", "nan"),
        (lambda: optimizers.Lion(weight_decay=-1), "weight_decay must be a finite number >= 0", "-1"),
        (lambda: SGD(clipnorm=0), "clipnorm must be a finite number > 0", "0"),
        (lambda: SGD(clipvalue=[1, -1]), "clipvalue must be a finite number > 0", "-1"),
        (lambda: SGD(lr={"class_name": "stairs", "config": {}}), "schedule must be one of", "'stairs'"),
        (lambda: SGD(lr={"lr": 0.1}), "schedule must be a dict", "'lr'"),
        (lambda: SGD(lr=[0.1, 0.2]).init(two), r"w must have shape .*R = \(2,\)", r"\(2,\)"),
        (lambda: SGD().init(["here"]), "w must be .*numbers", "'here'"),
        (lambda: SGD().step(["a"], ["b"], SGD().init([0.0])), "w must be .*numbers", "'a'"),
        (lambda: SGD().step([0.0], ["b"], SGD().init([0.0])), "g must be .*numbers", "'b'"),
    ],
    "schedules": [
        (lambda: schedules.get("stairs"), "schedule must be one of inverse_time, .*step", "'stairs'"),
        (lambda: schedules.InverseTime(lr=-1), "lr must be a finite number >= 0", "-1"),
        (lambda: schedules.InverseTime(decay=[0, -1]), "decay must be a finite number >= 0", "-1"),
        (lambda: schedules.Step(drop="half"), "drop must be a finite number >= 0", "'half'"),
        (lambda: schedules.Step(every=0), "every must be a number of updates > 0", "0"),
        (lambda: schedules.Exponential(steps=-1), "steps must be a number of updates > 0", "-1"),
        (lambda: schedules.Exponential(factor=INF), "factor must be a finite number >= 0", "inf"),
        (lambda: schedules.Polynomial(power=-1), "power must be a finite number >= 0", "-1"),
        (lambda: schedules.Polynomial(end=None), "end must be a finite number >= 0", "None"),
        (lambda: schedules.CosineRestarts(longer=0.5), "longer must be a number >= 1", "0.5"),
        (lambda: schedules.CosineRestarts(lower=NAN), "lower must be a finite number >= 0", "nan"),
        (lambda: schedules.PiecewiseConstant([2, 1], [1, 2, 3]), "boundaries .*rising", r"\[2, 1\]"),
        (lambda: schedules.PiecewiseConstant(2, [1, 2]), "boundaries must be a list of rising counts", "2"),
        (lambda: schedules.PiecewiseConstant([1], [1]), "values must be a list of 2 numbers", r"\[1\]"),
        (lambda: schedules.PiecewiseConstant([1], [1, -2]), "values must be a finite number >= 0", "-2"),
        (lambda: schedules.WarmUp("step"), "after must be a finite number >= 0", "'step'"),
        (lambda: schedules.WarmUp({"class_name": "stairs", "config": {}}), "schedule must be", "'stairs'"),
        (lambda: schedules.WarmUp(start=-1), "start must be a finite number >= 0", "-1"),
        (lambda: schedules.Cosine(end=-1), "end must be a finite number >= 0", "-1"),
        (lambda: schedules.Cosine(steps=0), "steps must be a number of updates > 0", "0"),
        (lambda: schedules.InverseTime(staircase=1), "staircase must be " + flag, "1"),
        (lambda: schedules.Exponential(staircase="yes"), "staircase must be " + flag, "'yes'"),
        (lambda: schedules.Polynomial(cycle=None), "cycle must be " + flag, "None"),
        (lambda: schedules.WarmUpStableDecay(stable=-1), "stable must be a number of updates >= 0", "-1"),
        (lambda: schedules.WarmUpStableDecay(cool_down=0), "cool_down must be a number of updates > 0", "0"),
        (lambda: schedules.Chain(0.1), "schedules must be a list of rates and schedules", "0.1"),
        (lambda: schedules.Chain([0.1, "step"]), r"schedules\[1\] must be a finite number >= 0", "'step'"),
        (lambda: schedules.Chain([0.1, 0.2], [3, 2]), "boundaries must be a list of rising counts", "3, 2"),
        (lambda: schedules.Chain([0.1], [3]), "schedules must be a list of 2, one more than bound", "1"),
        (lambda: schedules.Step(0.1, learning_rate=0.1), "lr must be given once", "as learning_rate"),
        (lambda: schedules.Step()(-1), "iterations must be a number of updates >= 0", "-1"),
        (lambda: schedules.Step()([0, NAN]), "iterations must be a number of updates >= 0", "nan"),
        (lambda: schedules.Step()("soon"), "iterations must be a number of updates >= 0", "'soon'"),
    ],
    "constraints": [
        (lambda: constraints.get("maxnorn"), "constraint must be one of maxnorm", "'maxnorn'"),
        (lambda: constraints.MaxNorm(m=-1), "m must be a length >= 0", "-1"),
        (lambda: constraints.MaxNorm(m="long"), "m must be a length >= 0", "'long'"),
        (lambda: constraints.MinMaxNorm(low=NAN), "low must be a length >= 0", "nan"),
        (lambda: constraints.MinMaxNorm(low=2, high=1), "low must be a number <= high = 1", "2"),
        (lambda: constraints.MinMaxNorm(low=[0, 2], high=1), "low must be a number <= high = 1", "2"),
        (lambda: constraints.MinMaxNorm(rate=2), r"rate must be a number in \[0, 1\]", "2"),
        (lambda: constraints.MaxNorm(axis="rows"), "axis must be a whole number >= 0", "'rows'"),
        (lambda: constraints.UnitNorm(axis=0.5), "axis must be a whole number >= 0", "0.5"),
        (lambda: constraints.MinMaxNorm(axis=None), "axis must be a whole number >= 0", "None"),
        (lambda: constraints.NonNeg()("ab"), "w must be .*numbers", "'ab'"),
        (lambda: constraints.MaxNorm()([1j]), "w must be .*numbers", "1j"),
        (lambda: constraints.UnitNorm()(np.ma.ones(2)), "w must be without a mask", "a masked array"),
        (lambda: constraints.UnitNorm(axis=1)([1.0]), "axis must be .*below 1", "1"),
    ],
    "fit": [
        (lambda: fit(batch_size=0), "batch_size must be a whole number >= 1", "0"),
        (lambda: fit(batch_size=1.5), "batch_size must be a whole number >= 1", "1.5"),
        (lambda: fit(epochs=-1), "epochs must be a whole number >= 0", "-1"),
        (lambda: fit(nb_epoch=-1), "epochs must be a whole number >= 0", "-1"),
        (lambda: fit(epochs="ten"), "epochs must be a whole number >= 0", "'ten'"),
    ],
}


@pytest.mark.parametrize(
    ("call", "accepts", "got"),
    [
        pytest.param(call, accepts, got, id=f"{kind}: {accepts} got {got}")
        for kind, rows in REFUSED.items()
        for call, accepts, got in rows
    ],
)
def test_bad_input_is_a_value_error_that_says_what_is_wrong(call, accepts, got):
    with pytest.raises(ValueError, match=accepts) as refusal:
        call()
    message = str(refusal.value)
    assert refusal.match(f"got .*({got})")
    assert "\n" not in message
    assert len(message.replace(", ".join(losses.names()), "...")) < 250


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: Sequential([Dense(2, input_dim=3)]).fit(X, Y, verbose=0), "call compile"),
        (lambda: Sequential([Dense(2, input_dim=3)]).evaluate(X, Y), "call compile"),
        (lambda: grown().fit(X, Y, verbose=0), "call compile"),
        (lambda: grown().evaluate(X, Y), "call compile"),
        (lambda: grown().train_on_batch(X, Y), "call compile"),
        (lambda: Sequential().predict(X), "call add"),
    ],
    ids=["fit", "evaluate", "fit grown", "evaluate grown", "train grown", "predict without layers"],
)
def test_a_model_that_is_not_ready_says_what_to_call(call, advice):
    with pytest.raises(ValueError, match=advice):
        call()


@pytest.mark.parametrize(
    ("x", "y", "settings"),
    [
        (X[:, :2], Y, {}),
        (X * NAN, Y, {}),
        (X, Y[:3], {}),
        (X, Y * 2, {}),
        (X, Y, {"batch_size": 0}),
        (X, Y, {"epochs": -1}),
        (X, Y, {"validation_data": (X, Y[:3])}),
        (X, Y, {"validation_data": (X, Y * 2)}),
    ],
)
def test_a_refused_fit_leaves_the_model_as_it_was(x, y, settings):
    tried, untried = (model("categorical_crossentropy") for _ in range(2))
    with pytest.raises(ValueError, match="must"):
        tried.fit(x, y, verbose=0, **settings)
    assert np.array_equal(tried.w, untried.w)
    histories = [m.fit(X, Y, batch_size=2, verbose=0).history for m in (tried, untried)]
    assert histories[0] == histories[1]  # nor has it used up random numbers


@pytest.mark.parametrize(
    ("optimizer", "metrics"), [(SGD(lr=[0.1, 0.2]), None), ("adam", ["acuracy"])], ids=["family", "metric"]
)
def test_a_refused_compile_leaves_the_model_as_it_was(optimizer, metrics):
    made, untried = model(), model()
    before = made.loss, made.optimizer
    with pytest.raises(ValueError, match="must"):
        made.compile("categorical_crossentropy", optimizer, metrics)
    assert (made.loss, made.optimizer) == before
    assert made.fit(X, Y, verbose=0).history == untried.fit(X, Y, verbose=0).history


def test_refused_weights_leave_the_model_as_it_was():
    made = model()
    before = made.w.copy()
    with pytest.raises(ValueError, match="must"):
        made.set_weights([np.ones((3, 2)), np.ones(3)])
    assert np.array_equal(made.w, before)


def test_a_refused_layer_leaves_the_model_as_it_was():
    made, untried = model(), model()
    with pytest.raises(ValueError, match="input_dim must be 2"):
        made.add(Dense(2, input_dim=5))
    assert made.fit(X, Y, verbose=0).history == untried.fit(X, Y, verbose=0).history


@pytest.mark.parametrize("value", [1, [1, 2], np.float16([1, 2]), np.int8([[1]]), True])
def test_a_finite_array_is_float64(value):
    array = check.finite_array("x", value)
    assert array.dtype == np.float64
    assert np.array_equal(array, value)


def test_a_finite_array_keeps_float32():
    assert check.finite_array("x", np.float32([1, 2])).dtype == np.float32


def test_a_float_array_may_hold_nan_and_infinity():
    assert np.array_equal(check.float_array("x", [NAN, INF]), [NAN, INF], equal_nan=True)


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(2)])
def test_a_whole_number_is_an_int(value):
    assert type(check.whole_number("n", value, low=2)) is int


def test_a_long_value_is_cut_to_one_line():
    text = check.shorten(np.zeros((10, 100)))
    assert len(text) == 60
    assert text.endswith("...")
    assert "\n" not in text


MASKED = np.ma.array([1.0, 2.0], mask=[True, False])
TAKES_ARRAYS = {
    "finite_array": check.finite_array,
    "float_array": check.float_array,
    "at_least_0": check.at_least_0,
    "above_0": check.above_0,
    "fraction": check.fraction,
    "switch": check.switch,
}


@pytest.mark.parametrize("value", [MASKED, [MASKED, MASKED], (MASKED,), np.ma.masked, MASKED > 1], ids=repr)
@pytest.mark.parametrize("checked", TAKES_ARRAYS.values(), ids=TAKES_ARRAYS)
def test_a_mask_is_refused_and_not_lost(checked, value):
    with pytest.raises(ValueError, match="x must be without a mask, which would be lost; got a masked array"):
        checked("x", value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: SGD().init(MASKED),
        lambda: SGD().step(MASKED, [1.0, 2.0], SGD().init([1.0, 2.0])),
        lambda: SGD().step([1.0, 2.0], MASKED, SGD().init([1.0, 2.0])),
        lambda: SGD(lr=MASKED),
        lambda: mse(MASKED, [1.0, 2.0]),
        lambda: mse([1.0, 2.0], MASKED),
        lambda: schedules.Step()(MASKED),
        lambda: training.run("ravine", "sgd", w0=MASKED),
        lambda: surfaces.get("ravine").value(MASKED),
    ],
)
def test_a_mask_is_refused_wherever_arrays_are_taken(call):
    with pytest.raises(ValueError, match="without a mask"):
        call()


def test_a_setting_that_is_an_array_can_be_changed_by_nobody():
    for array in (check.at_least_0("lr", np.ones(2)), check.switch("nesterov", np.ones(2, bool))):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    rates, ahead = np.ones(2), np.ones(2, bool)
    sgd = SGD(lr=rates, nesterov=ahead)
    rates[:], ahead[:] = 5, False
    assert (sgd.lr.tolist(), sgd.nesterov.tolist()) == ([1, 1], [True, True])
