import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib import datasets, losses
from course_lib.layers import Activation, Dense
from course_lib.models import History, Sequential
from course_lib.optimizers import SGD

RNG = np.random.default_rng(13)
X, Y = RNG.normal(size=(20, 3)), np.eye(2)[RNG.integers(2, size=20)]


def small(optimizer="sgd", loss="mean_squared_error", seed=0):
    """A small model: 3 inputs, 4 hidden units, 2 outputs."""
    model = Sequential(
        [Dense(4, input_dim=3), Activation("tanh"), Dense(2), Activation("softmax")], seed=seed
    )
    model.compile(loss=loss, optimizer=optimizer)
    return model


def demo(optimizer):
    """The source text's own model, as written there."""
    model = Sequential()
    model.add(Dense(64, init="uniform", input_dim=10))
    model.add(Activation("tanh"))
    model.add(Dense(10))
    model.add(Activation("softmax"))
    model.compile(loss="mean_squared_error", optimizer=optimizer)
    return model


# Other seeds gave accuracies from 0.94 to 0.96 (20 seeds) and, for the slow default rate, from 0.58 to
# 0.76 (8 seeds).
@pytest.mark.parametrize(
    ("optimizer", "epochs", "bound"),
    [(SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True), 20, 0.90), ("sgd", 150, 0.5)],
    ids=repr,
)
def test_the_demo_of_the_source_text_learns(optimizer, epochs, bound):
    digits = datasets.load_digits(components=10)
    model = demo(optimizer)
    history = model.fit(digits.x_train, datasets.to_categorical(digits.y_train), epochs=epochs, verbose=0)
    losses = history.history["loss"]
    assert (np.diff(losses) < 0).mean() > 0.9
    assert losses[-1] < 0.95 * losses[0]
    assert (model.predict(digits.x_test).argmax(axis=1) == digits.y_test).mean() > bound


def one_update(model, x, y):
    """What one update with the whole batch adds to the weights."""
    before = model.w.copy()
    model.fit(x, y, batch_size=len(x), epochs=1, verbose=0)
    return model.w - before


@pytest.mark.parametrize("loss", sorted({loss.name for loss in losses.names().values()}))
def test_an_update_at_rate_1_is_minus_the_slope_of_the_loss(loss):
    model = small(SGD(lr=1), loss)
    start = model.w.copy()

    def value(w):
        model.w[...] = w
        return model.evaluate(X, Y)

    slope = -one_update(model, X, Y)
    assert_is_the_slope(slope, value, start, rtol=1e-6)


def test_one_update_equals_the_one_written_by_hand():
    lr, mu = 0.5, 0.9
    model = small(SGD(lr=lr, momentum=mu, decay=0.1, nesterov=True))
    W1, b1, W2, b2 = model.get_weights()
    velocity = [0, 0, 0, 0]
    for t in range(3):
        hidden = np.tanh(X @ W1 + b1)
        e = np.exp(hidden @ W2 + b2)
        p = e / e.sum(axis=1, keepdims=True)
        dp = 2 * (p - Y) / Y.size
        dz2 = p * (dp - (dp * p).sum(axis=1, keepdims=True))
        dz1 = dz2 @ W2.T * (1 - hidden**2)
        slopes = [X.T @ dz1, dz1.sum(axis=0), hidden.T @ dz2, dz2.sum(axis=0)]
        lr_t = lr / (1 + 0.1 * t)
        velocity = [mu * v - lr_t * g for v, g in zip(velocity, slopes, strict=True)]
        W1, b1, W2, b2 = (
            w + mu * v - lr_t * g for w, v, g in zip((W1, b1, W2, b2), velocity, slopes, strict=True)
        )

        one_update(model, X, Y)
        for ours, by_hand in zip(model.get_weights(), (W1, b1, W2, b2), strict=True):
            np.testing.assert_allclose(ours, by_hand, rtol=0, atol=1e-12)


def test_equal_seeds_give_equal_histories_and_others_do_not():
    fits = [small(seed=seed).fit(X, Y, batch_size=6, epochs=5, verbose=0).history for seed in (1, 1, 2)]
    assert fits[0] == fits[1] != fits[2]


def test_without_shuffling_every_epoch_sees_the_batches_in_order():
    model, by_hand = small(SGD(lr=0.3, momentum=0.9)), small(SGD(lr=0.3, momentum=0.9))
    model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    for _ in range(2):
        for start in (0, 8, 16):
            one_update(by_hand, X[start : start + 8], Y[start : start + 8])
    np.testing.assert_allclose(model.w, by_hand.w, rtol=0, atol=1e-14)


def test_decay_counts_updates_and_not_epochs():
    model = Sequential([Dense(1, init="zeros", input_dim=1)])
    model.compile(loss="mae", optimizer=SGD(lr=1, decay=0.5))
    model.fit(np.zeros((20, 1)), np.full((20, 1), 1e3), batch_size=5, epochs=3, verbose=0)
    _, bias = model.get_weights()  # far below its target, so the slope is -1 throughout
    assert bias[0] == pytest.approx(sum(1 / (1 + 0.5 * t) for t in range(3 * 4)), rel=1e-14)


@pytest.mark.parametrize("words", [{"epochs": 3}, {"nb_epoch": 3}])
def test_the_history_has_the_mean_loss_of_each_epoch(words):
    model = small(SGD(lr=0))  # learns nothing, so every epoch's loss is the loss
    history = model.fit(X, Y, batch_size=6, verbose=0, **words)
    assert history.epoch == [0, 1, 2]
    assert set(history.history) == {"loss"}
    assert history.history["loss"] == pytest.approx([model.evaluate(X, Y)] * 3, rel=1e-14)


def test_no_epochs_leave_an_empty_history_and_the_weights():
    model = small()
    before = model.w.copy()
    history = model.fit(X, Y, epochs=0, verbose=0)
    assert (history.epoch, history.history) == ([], {})
    assert np.array_equal(model.w, before)
    assert repr(history) == repr(History()) == "History(0 epochs: nothing recorded)"


def test_fit_changes_neither_samples_nor_targets():
    x, y = X.copy(), Y.copy()
    small().fit(x, y, verbose=0)
    assert np.array_equal(x, X)
    assert np.array_equal(y, Y)


def test_the_progress_bar_is_on_stderr_and_counts_updates(capsys):
    small().fit(X, Y, batch_size=6, epochs=2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "8/8" in err
    assert "epoch=2/2" in err


def test_without_verbose_nothing_is_printed(capsys):
    small().fit(X, Y, epochs=2, verbose=0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("loss", ["mse", "mae", "categorical_crossentropy"])
@pytest.mark.parametrize("last", ["linear", "softmax"])
def test_a_diverging_fit_raises_nothing_and_warns_nothing(loss, last):
    model = Sequential([Dense(4, input_dim=3), Dense(2), Activation(last)])
    model.compile(loss=loss, optimizer=SGD(lr=1e200, momentum=0.9))
    history = model.fit(X, Y, batch_size=5, epochs=40, verbose=0)
    assert not np.isfinite(history.history["loss"][-1])
    assert not np.isfinite(model.evaluate(X, Y))
    assert "nan" in repr(history)


def test_uniform_weights_lie_within_005_and_biases_start_at_0():
    W, b, *_ = demo("sgd").get_weights()
    assert W.shape == (10, 64)
    assert np.abs(W).max() <= 0.05
    assert np.abs(W).max() > 0.045
    assert not b.any()


def test_get_weights_are_copies_layer_by_layer():
    model = small()
    weights = model.get_weights()
    assert [weight.shape for weight in weights] == [(3, 4), (4,), (4, 2), (2,)]
    assert np.array_equal(np.concatenate([weight.ravel() for weight in weights]), model.w)
    weights[0][...] = 7
    assert not np.array_equal(model.get_weights()[0], weights[0])


def test_a_prediction_is_the_layers_in_a_row():
    W1, b1, W2, b2 = small().get_weights()
    z = np.tanh(X @ W1 + b1) @ W2 + b2
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(small().predict(X), expected, rtol=1e-13)


def test_adding_layers_one_by_one_is_the_same_as_a_list():
    one_by_one = Sequential()
    for layer in (Dense(4, input_dim=3), Activation("tanh"), Dense(2), Activation("softmax")):
        one_by_one.add(layer)
    assert np.array_equal(one_by_one.w, small().w)
    assert repr(one_by_one).startswith("Sequential([Dense(4, ")


def test_compiling_again_forgets_the_velocity_and_keeps_the_weights():
    model = small(SGD(lr=0.1, momentum=0.9))
    model.fit(X, Y, verbose=0)
    weights = model.w.copy()
    model.compile("mse", SGD(lr=0, momentum=0.9))  # any velocity left would still move the weights
    model.fit(X, Y, verbose=0)
    assert np.array_equal(model.w, weights)
