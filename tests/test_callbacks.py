"""Callbacks: when they are called, what they may change, and what they refuse."""

import numpy as np
import pytest

from course_lib import schedules
from course_lib.callbacks import Callback, EarlyStopping, History, LearningRateScheduler, ReduceLROnPlateau
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam

RNG = np.random.default_rng(2)
X, Y = RNG.normal(size=(10, 3)), RNG.normal(size=(10, 2))


def model(optimizer="sgd", metrics=None):
    made = Sequential([Dense(2, input_dim=3)], seed=4)
    made.compile("mse", optimizer, metrics=metrics)
    return made


class Diary(Callback):
    """Writes down every moment."""

    def __init__(self):
        self.moments, self.logs = [], []

    def note(self, *moment, logs):
        self.moments.append(moment)
        self.logs.append(dict(logs))

    def on_train_begin(self, logs):
        self.note("train begin", logs=logs)

    def on_epoch_begin(self, epoch, logs):
        self.note("epoch begin", epoch, logs=logs)

    def on_batch_begin(self, batch, logs):
        self.note("batch begin", batch, logs=logs)

    def on_batch_end(self, batch, logs):
        self.note("batch end", batch, logs=logs)

    def on_epoch_end(self, epoch, logs):
        self.note("epoch end", epoch, logs=logs)

    def on_train_end(self, logs):
        self.note("train end", logs=logs)


class Says(Callback):
    """Puts given numbers into the logs, as the monitored loss."""

    def __init__(self, *losses):
        self.losses = losses

    def on_epoch_end(self, epoch, logs):
        logs["loss"] = self.losses[epoch]


def test_every_moment_comes_in_its_turn():
    diary, made = Diary(), model()
    history = made.fit(X, Y, batch_size=6, epochs=2, verbose=0, callbacks=[diary], validation_data=(X, Y))
    batches = [("batch begin", 0), ("batch end", 0), ("batch begin", 1), ("batch end", 1)]
    epochs = [[("epoch begin", epoch), *batches, ("epoch end", epoch)] for epoch in range(2)]
    assert diary.moments == [("train begin",), *epochs[0], *epochs[1], ("train end",)]
    ends = [logs for (name, *_), logs in zip(diary.moments, diary.logs, strict=True) if name == "epoch end"]
    assert [logs["val_loss"] for logs in ends] == history.history["val_loss"]
    losses = [
        logs["loss"]
        for (name, *_), logs in zip(diary.moments, diary.logs, strict=True)
        if name == "batch end"
    ]
    assert (6 * losses[0] + 4 * losses[1]) / 10 == history.history["loss"][0]
    assert diary.model is made
    assert diary.params == {"epochs": 2, "batch_size": 6, "samples": 10, "metrics": ["loss", "val_loss"]}


def test_looking_on_changes_nothing():
    watched, alone = model(SGD(momentum=0.9)), model(SGD(momentum=0.9))
    history = watched.fit(X, Y, batch_size=3, verbose=0, callbacks=[Diary(), History()]).history
    assert history == alone.fit(X, Y, batch_size=3, verbose=0).history
    assert np.array_equal(watched.w, alone.w)


def test_a_history_of_your_own_is_that_of_the_last_fit():
    own, made = History(), model()
    for _ in range(2):
        history = made.fit(X, Y, epochs=3, verbose=0, callbacks=[own])
        assert own.history == history.history


def test_what_a_callback_adds_to_the_logs_is_recorded():
    class Norm(Callback):
        def on_epoch_end(self, epoch, logs):
            logs["norm"] = float(np.linalg.norm(self.model.w))

    made = model()
    history = made.fit(X, Y, epochs=3, verbose=0, callbacks=[Norm()])
    assert history.history["norm"][-1] == np.linalg.norm(made.w)


@pytest.mark.parametrize("optimizer", [SGD(lr=0.3, momentum=0.9, decay=0.1), Adam(lr=0.3)], ids=repr)
def test_a_scheduled_rate_is_that_of_trainings_with_it_and_keeps_the_memory(optimizer):
    scheduled, by_hand = model(optimizer), model(optimizer)
    schedule = LearningRateScheduler(lambda epoch: 0.3 / (1 + epoch))
    history = scheduled.fit(X, Y, batch_size=4, epochs=3, verbose=0, callbacks=[schedule]).history
    for epoch in range(3):
        by_hand.lr = 0.3 / (1 + epoch)
        by_hand.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    assert np.array_equal(scheduled.w, by_hand.w)
    assert history["lr"] == [0.3, 0.15, 0.3 / 3]
    assert optimizer.lr == 0.3  # the object that compile was given, which another model may share


def test_a_schedule_may_ask_for_the_rate_until_now_or_be_one_of_the_librarys():
    halving = LearningRateScheduler(lambda epoch, lr: lr / 2)
    assert model(SGD(lr=0.8)).fit(X, Y, epochs=3, verbose=0, callbacks=[halving]).history["lr"] == [
        0.4,
        0.2,
        0.1,
    ]
    steps = LearningRateScheduler(schedules.Step(lr=1.0, drop=0.5, every=1))
    assert model().fit(X, Y, epochs=3, verbose=0, callbacks=[steps]).history["lr"] == [1.0, 0.5, 0.25]


@pytest.mark.parametrize(
    ("losses", "settings", "stopped"),
    [
        ([3, 2, 1, 1, 1], {"patience": 1}, 3),
        ([3, 2, 1, 1, 1, 1], {"patience": 2}, 4),
        ([3, 2, 2.5, 1, 1], {"patience": 2}, None),
        ([3, 4, 2, 1], {"patience": 0}, 1),
        ([3, 2.5, 2, 1.5], {"patience": 2, "min_delta": 0.5}, None),
        ([3, 2.6, 2.5, 0], {"patience": 2, "min_delta": 0.5}, 2),
        ([1, 2, 3, 2, 1, 4], {"patience": 2, "mode": "max"}, 4),
        ([np.nan, np.nan, np.nan], {"patience": 2}, 1),
        ([3, np.nan, np.nan, 1], {"patience": 2}, 2),
    ],
)
def test_early_stopping_waits_for_its_patience(losses, settings, stopped):
    stopping = EarlyStopping("loss", **settings)
    epochs = len(losses)
    history = model().fit(X, Y, epochs=epochs, verbose=0, callbacks=[Says(*map(float, losses)), stopping])
    assert stopping.stopped_epoch == stopped
    assert len(history.epoch) == (epochs if stopped is None else stopped + 1)


def test_the_best_weights_come_back():
    class Keep(Callback):
        def on_train_begin(self, logs):
            self.weights = []

        def on_epoch_end(self, epoch, logs):
            self.weights.append(self.model.get_weights())

    keep, made = Keep(), model(SGD(lr=0.3))
    best = EarlyStopping("loss", patience=2, restore_best_weights=True)
    made.fit(X, Y, epochs=9, verbose=0, callbacks=[Says(3.0, 1.0, 2.0, 2.0, 0.0), keep, best])
    assert len(keep.weights) == 4
    for weight, kept in zip(made.get_weights(), keep.weights[1], strict=True):
        assert np.array_equal(weight, kept)


def test_accuracy_is_to_grow():
    made = Sequential([Dense(2, activation="softmax", input_dim=3)])
    made.compile("categorical_crossentropy", SGD(lr=0.5), metrics=["acc"])
    y = np.eye(2)[(X[:, 0] > 0).astype(int)]
    stopping = EarlyStopping("acc", patience=50)
    history = made.fit(X, y, epochs=60, verbose=0, callbacks=[stopping]).history
    assert stopping.best == max(history["acc"]) > history["acc"][0]


def test_a_plateau_cuts_the_rate_and_rests():
    cut = ReduceLROnPlateau("loss", factor=0.5, patience=2, cooldown=1, min_lr=0.15)
    losses = Says(*[3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    history = model(SGD(lr=0.8)).fit(X, Y, epochs=9, verbose=0, callbacks=[losses, cut]).history
    assert history["lr"] == [0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.15]


def test_setting_the_rate_needs_a_number_there():
    made = model(SGD(lr=0.5))
    made.lr = 0.25
    assert (made.lr, made.optimizer.lr) == (0.25, 0.25)
    with pytest.raises(ValueError, match="lr must be a finite number >= 0; got -1"):
        made.lr = -1
    assert made.lr == 0.25
    scheduled = model(SGD(lr=schedules.Step()))
    with pytest.raises(ValueError, match="optimizer must have a number as its lr"):
        scheduled.fit(X, Y, verbose=0, callbacks=[LearningRateScheduler(lambda epoch: 0.1)])
    with pytest.raises(ValueError, match="optimizer must have a number as its lr"):
        print(Sequential().lr)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fit(callbacks=EarlyStopping()), "callbacks must be a list of Callback objects"),
        (lambda: fit(callbacks=[EarlyStopping]), "callbacks must be a list of Callback objects"),
        (lambda: fit(callbacks=None), "callbacks must be a list of Callback objects; got None"),
        (
            lambda: fit(callbacks=[EarlyStopping()]),
            "monitor must be one of loss in this training; got 'val_loss'",
        ),
        (lambda: fit(callbacks=[ReduceLROnPlateau("acc")]), "monitor must be one of loss in this training"),
        (
            lambda: fit(callbacks=[LearningRateScheduler(lambda epoch: "fast")]),
            "lr must be a finite number >= 0",
        ),
        (
            lambda: fit(callbacks=[LearningRateScheduler(lambda epoch: np.nan)]),
            "lr must be a finite number >= 0",
        ),
        (lambda: LearningRateScheduler(0.1), "schedule must be a function of the epoch"),
        (lambda: EarlyStopping(3), "monitor must be a name in the History; got 3"),
        (lambda: EarlyStopping(patience=-1), "patience must be a whole number >= 0; got -1"),
        (lambda: EarlyStopping(min_delta=-1), "min_delta must be a finite number >= 0; got -1"),
        (lambda: EarlyStopping(mode="low"), "mode must be one of auto, max, min; got 'low'"),
        (lambda: EarlyStopping(restore_best_weights=1), "restore_best_weights must be True or False; got 1"),
        (lambda: ReduceLROnPlateau(factor=1), r"factor must be one number in \[0, 1\); got 1"),
        (lambda: ReduceLROnPlateau(cooldown=0.5), "cooldown must be a whole number >= 0; got 0.5"),
        (lambda: ReduceLROnPlateau(min_lr=-1), "min_lr must be a finite number >= 0; got -1"),
    ],
)
def test_what_cannot_work_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def fit(**settings):
    return model().fit(X, Y, verbose=0, **settings)


def test_a_moment_that_does_not_exist_is_no_silence():
    with pytest.raises(TypeError, match=r"moments: on_train_begin, .*; got on_epoch_ends"):

        class Typo(Callback):
            def on_epoch_ends(self, epoch, logs):
                pass
