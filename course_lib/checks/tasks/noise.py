"""Exercise 9: noise and mini-batches."""

from math import sqrt

import numpy as np

from course_lib import losses, theory
from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import SGD

PREDICTED = {"lr": 0.2, "curvature": 4.0, "s": 2.0}  # the floor, and what changes it


def split(order, batch_size):
    return tuple(order[first : first + batch_size] for first in range(0, len(order), batch_size))


def gradient(w, x, y_true):
    return x.T @ losses.mean_squared_error.gradient(y_true, x @ w)


def train(w, x, y_true, order, batch_size, lr):
    return train_by(gradient, w, x, y_true, split(order, batch_size), lr)


def train_by(slope, w, x, y_true, batches, lr):
    sgd = SGD(lr=lr)
    for batch in batches:
        w, _ = sgd.step(w, slope(w, x[batch], y_true[batch]), sgd.init(w))
    return w


def train_with_sums(w, x, y_true, order, batch_size, lr):
    def summed(w, x, y_true):
        return gradient(w, x, y_true) * len(x)

    return train_by(summed, w, x, y_true, split(order, batch_size), lr)


def train_with_shares(w, x, y_true, order, batch_size, lr):
    def shared(w, batch, y_batch):
        return gradient(w, batch, y_batch) * len(batch) / len(x)

    return train_by(shared, w, x, y_true, split(order, batch_size), lr)


def train_from_the_start(w, x, y_true, order, batch_size, lr):
    def stale(_, x, y_true):
        return gradient(w, x, y_true)

    return train_by(stale, w, x, y_true, split(order, batch_size), lr)


def train_on_all(w, x, y_true, order, batch_size, lr):
    batches = [order for _ in split(order, batch_size)]
    return train_by(gradient, w, x, y_true, batches, lr)


def train_in_place(w, x, y_true, order, batch_size, lr):
    w[:] = train(w, x, y_true, order, batch_size, lr)
    return w


def train_by_batch_size(w, x, y_true, order, batch_size, lr):
    def shared(w, batch, y_batch):
        return gradient(w, batch, y_batch) * len(batch) / batch_size

    return train_by(shared, w, x, y_true, split(order, batch_size), lr)


def train_without_the_rest(w, x, y_true, order, batch_size, lr):
    batches = [batch for batch in split(order, batch_size) if len(batch) == batch_size]
    return train_by(gradient, w, x, y_true, batches, lr)


def path(w, lr, momentum, noise):
    return path_by(lambda w, kick: w + kick, w, lr, momentum, noise)


def path_by(slope, w, lr, momentum, noise):
    sgd, w = SGD(lr=lr, momentum=momentum), np.array([w])
    state, visited = sgd.init(w), [w]
    for kick in noise:
        w, state = sgd.step(w, slope(w, kick), state)
        visited.append(w)
    return np.ravel(visited)


def path_moved(move):
    """A wrong path: ``move(w, v, lr, momentum, kick)`` gives the next w and v."""

    def walk(w, lr, momentum, noise):
        v, visited = 0.0, [w]
        for kick in noise:
            w, v = move(w, v, lr, momentum, kick)
            visited.append(w)
        return np.array(visited)

    return walk


def kicked_itself(w, v, lr, momentum, kick):
    v = momentum * v - lr * w
    return w + v + kick, v


def kicked_whole(w, v, lr, momentum, kick):
    v = momentum * v - lr * w + kick
    return w + v, v


def kicked_beside(w, v, lr, momentum, kick):
    v = momentum * v - lr * w
    return w + v - lr * kick, v


def subtracted(w, v, lr, momentum, kick):
    v = momentum * v - lr * (w + kick)
    return w - v, v


def looking_ahead(w, v, lr, momentum, kick):
    v = momentum * v - lr * (w + kick)
    return w + momentum * v - lr * (w + kick), v


def floor(lr, curvature, s, momentum=0.0):
    room = theory.stability_limit(momentum) - lr * curvature
    return float(lr * s**2 * (1 + momentum) / (curvature * (1 - momentum) * room))


def floors(lr, curvature, s):
    """The floor, and how many times as high it is for half the batch, half the rate and momentum 0.5."""
    here = floor(lr, curvature, s)
    changed = (
        floor(lr, curvature, s * sqrt(2)),
        floor(lr / 2, curvature, s),
        floor(lr, curvature, s, 0.5),
    )
    return here, *(other / here for other in changed)


FLOORS = floors(**PREDICTED)


def named(numbers):
    asked = ["the floor", "times, half the batch", "times, half the rate", "times, momentum 0.5"]
    return dict(zip(asked, numbers, strict=True))


def floors_again(rng):
    lr, curvature = rng.choice([(0.1, 5.0), (0.3, 2.0), (0.4, 3.0), (0.5, 2.0)])
    s = rng.choice([0.5, 1.0, 3.0, 4.0])
    text = (
        f"Curvature {curvature:g}, plain SGD with lr = {lr:g}, and batches whose gradient has noise of "
        f"standard deviation s = {s:g}. How high is the floor, and by what is it multiplied?"
    )
    return text, named(floors(lr, curvature, s))


def floors_but(**wrong):
    """The right answers, but for some places."""
    return tuple(wrong.get(f"at_{place}", right) for place, right in enumerate(FLOORS))


def draw_path(axes, got, expected):
    case = PATHS[0]
    far = sqrt(floor(case["lr"], 1.0, 1.0, case["momentum"]))
    axes.axhspan(-far, far, color="#E69F00", alpha=0.25, label="the floor: ± its root")
    axes.axhline(0, color="black", lw=1)
    axes.plot(expected, "--", color="#0072B2", lw=4, label="expected")
    axes.plot(got, color="#D55E00", label="yours")
    axes.set(xlabel="updates", ylabel="w", title="The path through the noise")
    axes.legend(ncols=3)


PATHS = [
    {"w": 4.0, "lr": 0.1, "momentum": 0.5, "noise": np.random.default_rng(9).normal(size=150)},
    {"w": -1.0, "lr": 0.5, "momentum": 0.0, "noise": np.array([1.0, -2.0, 0.5])},
    {"w": 0.0, "lr": 0.2, "momentum": 0.9, "noise": np.array([1.0, 0.0, 0.0, -1.0])},
]


def draw_training(rng):
    samples = int(rng.integers(5, 10))
    return {
        "w": rng.normal(size=2),
        "x": rng.normal(size=(samples, 2)),
        "y_true": rng.normal(size=samples),
        "order": rng.permutation(samples),
        "batch_size": int(rng.integers(2, 5)),
        "lr": rng.uniform(0.02, 0.2),
    }


def hover(variance, lr, s, updates):
    """After so many updates, from the floor and what is left of the way to it."""
    rest = floor(lr, 1.0, s)
    return rest + (variance - rest) * (1 - lr) ** (2 * updates)


def hovering(update):
    """A wrong hover, by what an update makes of the variance."""

    def wrong(variance, lr, s, updates):
        for _ in range(updates):
            variance = update(variance, lr, s)
        return variance

    return wrong


TASKS = [
    Function(
        name="split_epoch",
        points=3,
        hints=[
            "At which places of order does a batch begin? Which ones does it take?",
            "the batch that begins at first is order[first : first + batch_size]",
            "for first in range(0, len(order), batch_size): ...",
        ],
        mistakes={
            "The last, smaller batch is missing. Its samples are to be seen in this epoch too.": (
                lambda order, batch_size: tuple(
                    batch for batch in split(order, batch_size) if len(batch) == batch_size
                )
            ),
            "You fill the last batch up from the front: these samples are then seen twice.": (
                lambda order, batch_size: split(
                    np.append(order, order[: -len(order) % batch_size]), batch_size
                )
            ),
            "batch_size is the number of samples in a batch, not the number of batches.": (
                lambda order, batch_size: tuple(np.array_split(order, batch_size))
            ),
            "You split the places 0, 1, 2, ... themselves. The samples come in the order that was given.": (
                lambda order, batch_size: split(np.arange(len(order)), batch_size)
            ),
            "You sort the samples within a batch. Leave them as they stand in order.": (
                lambda order, batch_size: tuple(np.sort(batch) for batch in split(order, batch_size))
            ),
            "There is an empty batch at the end where the samples come out even.": (
                lambda order, batch_size: tuple(
                    order[first : first + batch_size] for first in range(0, len(order) + 1, batch_size)
                )
            ),
            "Your batches overlap: the next one begins batch_size further on, not one further.": (
                lambda order, batch_size: tuple(
                    order[first : first + batch_size] for first in range(len(order))
                )
            ),
        },
        reference=split,
        cases=[
            {"order": np.array([3, 0, 4, 1, 2]), "batch_size": 2},
            {"order": np.array([5, 2, 0, 4, 1, 3, 6, 7, 9, 8]), "batch_size": 4},
            {"order": np.array([1, 0, 2]), "batch_size": 8},
            {"order": np.array([4, 1, 5, 0, 3, 2]), "batch_size": 3},
        ],
        draw=lambda rng: {
            "order": rng.permutation(int(rng.integers(7, 15))),
            "batch_size": int(rng.integers(2, 7)),
        },
    ),
    Function(
        name="train_one_epoch",
        points=4,
        hints=[
            "What does one update see of x and y_true? And of w?",
            "on a batch the gradient is 2 / len(batch) * x[batch].T @ (x[batch] @ w - y_true[batch])",
            "for batch in split_epoch(order, batch_size): ...",
        ],
        mistakes={
            "The mean over the batch is missing: divide by how many samples it has.": train_with_sums,
            "You divide by the number of all samples. A batch's gradient is the mean over the batch.": (
                train_with_shares
            ),
            "You divide by batch_size. The last batch may be smaller: divide by len(batch).": (
                train_by_batch_size
            ),
            "That is one update, with all samples. Make one for each batch.": (
                lambda w, x, y_true, order, batch_size, lr: train(w, x, y_true, order, len(order), lr)
            ),
            "The factor 2 is missing: the slope of a square is twice what is squared.": (
                lambda w, x, y_true, order, batch_size, lr: train(w, x, y_true, order, batch_size, lr / 2)
            ),
            "Every gradient is taken at the first w. Take each where w is by then.": train_from_the_start,
            "You take the rows as they stand in x. The epoch goes through them in the given order.": (
                lambda w, x, y_true, order, batch_size, lr: train(
                    w, x, y_true, np.arange(len(order)), batch_size, lr
                )
            ),
            "Each of your updates sees all samples, not those of its batch.": train_on_all,
            "The last, smaller batch gives an update too. Yours leaves it out.": train_without_the_rest,
            "You change the caller's own w: w -= ... does that. Write w = w - ...": train_in_place,
            "It climbs: the step goes against the gradient.": (
                lambda w, x, y_true, order, batch_size, lr: train_by(
                    lambda *batch: -gradient(*batch), w, x, y_true, split(order, batch_size), lr
                )
            ),
        },
        reference=train,
        cases=[
            {
                "w": np.array([0.0]),
                "x": np.array([[1.0], [2.0], [3.0]]),
                "y_true": np.array([2.0, 1.0, 4.0]),
                "order": np.array([2, 0, 1]),
                "batch_size": 2,
                "lr": 0.05,
            },
            {
                "w": np.array([1.0, -1.0]),
                "x": np.array([[1.0, 0.0], [0.5, 1.0], [2.0, -1.0], [0.0, 1.5], [1.0, 1.0]]),
                "y_true": np.array([1.0, -2.0, 0.5, 3.0, 0.0]),
                "order": np.array([4, 1, 3, 0, 2]),
                "batch_size": 2,
                "lr": 0.1,
            },
        ],
        draw=draw_training,
    ),
    Function(
        name="noisy_path",
        points=3,
        hints=[
            "Where does the noise come in: into the weight, or into the gradient?",
            "g = w + noise[t], v = momentum * v - lr * g, w = w + v",
            "path, v = [w], 0.0, and then for kick in noise: ...",
        ],
        mistakes={
            "Momentum is missing: the velocity keeps nothing from one update to the next.": (
                lambda w, lr, momentum, noise: path(w, lr, 0.0, noise)
            ),
            "You add the noise to w itself. It sits in the gradient, so lr makes it small as well.": (
                path_moved(kicked_itself)
            ),
            "lr is missing before the noise. It is a part of the gradient, so lr makes it small as well.": (
                path_moved(kicked_whole)
            ),
            "The noise goes past your velocity. It is a part of the gradient, so it is remembered as well.": (
                path_moved(kicked_beside)
            ),
            "You subtract the velocity. With v = momentum * v - lr * g it points downhill already: w + v.": (
                path_moved(subtracted)
            ),
            "That is Nesterov's step. Here the weight moves by the velocity: w + v.": (
                path_moved(looking_ahead)
            ),
            "The noise has the wrong sign: the gradient is w + noise.": (
                lambda w, lr, momentum, noise: path(w, lr, momentum, -noise)
            ),
            "Every update gets the same noise. The update number t has noise[t].": (
                lambda w, lr, momentum, noise: path(w, lr, momentum, np.full(len(noise), noise[0]))
            ),
            "Nothing pulls w back: your gradient is the noise alone. It is w + noise.": (
                lambda w, lr, momentum, noise: path_by(lambda w, kick: kick + 0 * w, w, lr, momentum, noise)
            ),
            "Your velocity averages, with 1 - momentum before the gradient. Ours adds up.": (
                lambda w, lr, momentum, noise: path(w, lr * (1 - momentum), momentum, noise)
            ),
            "The start is missing: the path begins with the w that was given.": (
                lambda w, lr, momentum, noise: path(w, lr, momentum, noise)[1:]
            ),
            "Only the last w comes back; the whole path is asked for.": (
                lambda w, lr, momentum, noise: path(w, lr, momentum, noise)[-1]
            ),
        },
        reference=path,
        cases=PATHS,
        draw=lambda rng: {
            "w": rng.uniform(-2, 2),
            "lr": rng.uniform(0.05, 0.5),
            "momentum": rng.uniform(0.1, 0.9),
            "noise": rng.normal(size=int(rng.integers(3, 20))),
        },
        picture=draw_path,
    ),
    Prediction(
        name="predict_floors",
        points=4,
        hints=[
            "Which of lr, s and momentum changes in each of the four, and how?",
            "lr * s**2 * (1 + momentum) / (curvature * (1 - momentum) * room), "
            "with room = 2 * (1 + momentum) - lr * curvature",
            "return 0.2 * 2**2 / (4 * (2 - 0.2 * 4)), ... and the same anew for each change",
        ],
        mistakes={
            "You left out the curvature: it is 4, and it stands in the formula twice.": (
                lambda: floors(PREDICTED["lr"], 1.0, PREDICTED["s"])
            ),
            "s = 2 is the noise of a whole batch. Do not divide it by sqrt(16) once more.": (
                lambda: floors_but(at_0=FLOORS[0] / 16)
            ),
            "The floor is the variance, the mean square of w. You give its root.": (
                lambda: floors_but(at_0=sqrt(FLOORS[0]))
            ),
            "Those are the new floors. Asked for is by what the first one is multiplied.": (
                lambda: (FLOORS[0], *(FLOORS[0] * times for times in FLOORS[1:]))
            ),
            "The noise counts with its square, s**2.": (
                lambda: floors_but(at_0=FLOORS[0] / PREDICTED["s"], at_1=sqrt(2))
            ),
            "A smaller batch is noisier, so the floor rises.": lambda: floors_but(at_1=0.5),
            "Half the batch has sqrt(2) times the noise, not twice: it goes with 1 / sqrt(n).": (
                lambda: floors_but(at_1=4.0)
            ),
            "Half the rate, half the floor: that holds for small rates. Here lr * curvature is 0.8.": (
                lambda: floors_but(at_2=0.5)
            ),
            "Like plain SGD at twice the rate: that holds for small rates. Here lr * curvature is 0.8.": (
                lambda: floors_but(at_3=2.0)
            ),
            "That is a rule for small rates. Here lr * curvature is 0.8: take the whole formula.": (
                lambda: floors_but(at_0=0.1, at_2=0.5, at_3=2.0)
            ),
            "The velocity does not average the kicks, it adds them up: momentum raises the floor.": (
                lambda: floors_but(at_3=0.5)
            ),
        },
        expected=named(FLOORS),
        again=floors_again,
    ),
]

LESSON = {
    "lesson 9": Function(
        name="hover",
        points=0,
        hints=[
            "By what is w multiplied in an update? Its mean square is multiplied by the square of that.",
            "what is left, (1 - lr)**2 of the variance, and the mean square of the kick lr * noise",
        ],
        mistakes={
            "w keeps 1 - lr, and its mean square the square of that.": hovering(
                lambda variance, lr, s: (1 - lr) * variance + (lr * s) ** 2
            ),
            "The kick is lr * noise: lr must be squared, too.": hovering(
                lambda variance, lr, s: (1 - lr) ** 2 * variance + lr * s**2
            ),
            "The kick is missing: the variance can only shrink.": hovering(
                lambda variance, lr, s: (1 - lr) ** 2 * variance
            ),
            "A variance adds up squares, and a kick has the square (lr * s)**2.": hovering(
                lambda variance, lr, s: (1 - lr) ** 2 * variance + lr * s
            ),
            "The kick is fresh in each update, and on average it takes nothing away: it is added.": hovering(
                lambda variance, lr, s: (1 - lr) ** 2 * variance - (lr * s) ** 2
            ),
        },
        reference=hover,
        cases=[
            {"variance": 1.0, "lr": 0.5, "s": 2.0, "updates": 1},
            {"variance": 100.0, "lr": 0.1, "s": 1.0, "updates": 3},
            {"variance": 0.0, "lr": 0.1, "s": 3.0, "updates": 500},
        ],
    ),
    "lesson 9, your turn": Prediction(
        name="for_half_the_batch",
        points=0,
        hints=[
            "The floor is about lr * s**2 / 2, and s**2 doubles.",
            "floor(0.1) is about floor(0.1 * x, s=2**0.5)",
        ],
        mistakes={
            "That makes it worse: the floor is then four times as high.": lambda: 2,
            "s grows by the root of 2, but the floor goes with s**2.": lambda: sqrt(0.5),
            "Then the floor is twice as high: a smaller batch is noisier.": lambda: 1,
            "That is more than is needed: the floor is then half of what it was.": lambda: 0.25,
        },
        expected={"lr times": 0.5},
        rtol=0.05,  # the floor is nearly proportional to lr
    ),
}
