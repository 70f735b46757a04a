"""Exercise 3: losses for classification."""

import numpy as np

from course_lib import activations, losses
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Prediction

SCORES = np.linspace(-2.75, 2.75, 12)  # in hinge's picture, where every truth is 0
THREE, FIRST, LAST = np.array([2.0, 1.0, 0.0]), np.eye(3)[0], np.eye(3)[2]  # logits, truths
FROM_LOGITS = losses.CategoricalCrossentropy(from_logits=True)


def softmax(z):
    return activations.get("softmax")(z)


def softmax_by(keep_largest=True, keep_sum=True):
    """A wrong softmax of rows, without one or both of its keepdims."""

    def wrong(z):
        e = np.exp(z - z.max(axis=1, keepdims=keep_largest))
        return e / e.sum(axis=1, keepdims=keep_sum)

    return wrong


def crossentropy_both(y_true, z):
    return FROM_LOGITS(y_true, z), FROM_LOGITS.gradient(y_true, z)


def crossentropy_clipped(y_true, z):
    return losses.categorical_crossentropy(y_true, softmax(z)), FROM_LOGITS.gradient(y_true, z)


def crossentropy_of_clipped(y_true, z):
    p = np.clip(softmax(z), 1e-7, 1 - 1e-7)
    return -np.mean(np.sum(y_true * np.log(p), axis=-1)), (p - y_true) / len(z)


def crossentropy_by_log(y_true, z):
    p = softmax(z)
    return -np.mean(np.sum(y_true * np.log(p), axis=-1)), (p - y_true) / len(z)


def crossentropy_by_log_added_up(y_true, z):
    return crossentropy_by_log(y_true, z)[0], softmax(z) - y_true


def crossentropy_of_zero(y_true, z):
    p = softmax(z)
    return -np.mean(np.log(np.sum(y_true * p, axis=-1))), (p - y_true) / len(z)


def crossentropy_without_largest(y_true, z):
    loss = FROM_LOGITS(y_true, z) - z.max(axis=-1).mean()
    return loss, (softmax(z) - y_true) / len(z)


def crossentropy_by_exp(y_true, z):
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    return -np.mean(np.sum(y_true * np.log(p), axis=-1)), (p - y_true) / len(z)


def hinges(y_true, z):
    return losses.Hinge().value(2 * y_true - 1, z)


def draw_hinges(axes, got, expected):
    axes.plot(SCORES, expected, **EXPECTED)
    axes.plot(SCORES, got, **YOURS)
    axes.set(xlabel="score z", ylabel="loss", title="hinge, where the truth is 0")
    axes.legend()


def sure_and_wrong(sure=6, very_sure=20):
    """A sigmoid that says yes where the truth is no, at these two scores."""
    sigmoid, no = activations.get("sigmoid"), [0.0]
    binary, mse, from_logits = (
        losses.binary_crossentropy,
        losses.mean_squared_error,
        losses.BinaryCrossentropy(from_logits=True),
    )

    def slope(loss, z):
        return sigmoid.backward(float(z), sigmoid(float(z)), loss.gradient(no, sigmoid(float(z)))).item()

    return {
        f"cross-entropy, slope at {sure}": slope(binary, sure),
        f"mse, slope at {sure}": slope(mse, sure),
        f"clipped, loss at {very_sure}": binary(no, sigmoid(float(very_sure))),
        f"clipped, slope at {very_sure}": slope(binary, very_sure),
        f"from logits, loss at {very_sure}": from_logits(no, [float(very_sure)]),
    }


def sure_again(rng):
    sure, very_sure = int(rng.choice([3, 4, 5, 7])), int(rng.choice([19, 22, 25, 32]))
    p = 1 / (1 + np.exp(-float(sure)))
    text = (
        f"y_true is 0 again. At z = {sure} p is {p:.4f} and 1 - p is {1 - p:.3g}; at z = {very_sure} 1 - p "
        "is below 1e-8, and p is clipped to lie between 1e-7 and 1 - 1e-7 as before."
    )
    return text, sure_and_wrong(sure, very_sure)


TASKS = [
    Function(
        name="softmax_rows",
        points=3,
        hints=[
            "What must the probabilities of one row add up to? And how large may a number be whose exp you "
            "take?",
            "e = exp(z - the largest of its row), then e / the sum of its row",
            "e = np.exp(z - z.max(axis=1, keepdims=True))",
        ],
        mistakes={
            "keepdims=True is missing: without it max and sum give a row where a column is needed.": (
                softmax_by(keep_largest=False, keep_sum=False)
            ),
            "keepdims=True is missing in the largest: it is a row where a column is needed.": (
                softmax_by(keep_largest=False)
            ),
            "keepdims=True is missing in the sum: it is a row where a column is needed.": (
                softmax_by(keep_sum=False)
            ),
            "Nothing is repaired yet: 1000 is too large for exp, and the sum goes over all rows.": (
                lambda z: np.exp(z) / np.exp(z).sum()
            ),
            "A logit of 1000 still gives nan: exp(1000) is inf, and inf / inf is nan. Take the largest "
            "off.": (lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)),
            "All rows together add up to 1. Each row must do so by itself.": (
                lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()
            ),
            "You divide by the sum of the whole table. Each row has a sum of its own.": (
                lambda z: (
                    np.exp(z - z.max(axis=1, keepdims=True)) / np.exp(z - z.max(axis=1, keepdims=True)).sum()
                )
            ),
            "You take the mean of the row off. A logit far above the mean is still too large for exp.": (
                lambda z: (
                    np.exp(z - z.mean(axis=1, keepdims=True))
                    / np.exp(z - z.mean(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
                )
            ),
            "You take the largest of the whole table off. A row far below it becomes 0 / 0. Each row needs "
            "its "
            "own.": lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True),
            "Your columns add up to 1. The classes stand side by side: sum along the rows, axis=1.": (
                lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)
            ),
            "You divide the logits by the largest. That changes the differences, so it changes p. Subtract "
            "it.": (
                lambda z: (
                    np.exp(z / z.max(axis=1, keepdims=True))
                    / np.exp(z / z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
                )
            ),
        },
        reference=softmax,
        cases=[
            {"z": np.array([[2.0, 0.0, 1.0], [-1.0, 3.0, 0.5]])},
            {"z": np.array([[1000.0, 999.0, 997.0], [4.0, 5.0, 4.5], [0.0, 2000.0, -1000.0]])},
            {"z": np.array([[-1000.0, -1001.0], [0.2, 0.3], [30.0, 29.0]])},
        ],
        draw=lambda rng: {
            "z": rng.normal(size=(3, 4)) * 2 + rng.choice([-900, 2, 900], 3, replace=False)[:, None]
        },
    ),
    Function(
        name="crossentropy_and_gradient",
        points=4,
        hints=[
            "Can the logarithm of p be had without p? And by what do you divide, the numbers or the "
            "messages?",
            "log p = z - m - log(sum(exp(z - m))), with m the largest of the row; the gradient is (p - "
            "y_true) "
            "/ rows",
            "z = z - z.max(axis=1, keepdims=True), and then log_p = z - np.log(...)",
        ],
        mistakes={
            "The gradient lacks its 1 / N: it is the mean over the rows.": (
                lambda y_true, z: (FROM_LOGITS(y_true, z), softmax(z) - y_true)
            ),
            "First the gradient: it lacks its 1 / N. Then the loss: it takes log(p) of a tiny p.": (
                crossentropy_by_log_added_up
            ),
            "The gradient's sign is wrong: it is p - y_true. Yours would make the right class less likely.": (
                lambda y_true, z: (FROM_LOGITS(y_true, z), (y_true - softmax(z)) / len(z))
            ),
            "You divide by all the numbers in the table. This loss adds up a row, and takes the mean over "
            "the rows alone.": (
                lambda y_true, z: (
                    FROM_LOGITS(y_true, z) / z.shape[1],
                    (softmax(z) - y_true) / z.size,
                )
            ),
            "Your loss is right. The gradient is divided by all the numbers; divide by the rows.": (
                lambda y_true, z: (FROM_LOGITS(y_true, z), (softmax(z) - y_true) / z.size)
            ),
            "You add the rows up, in the loss and in the gradient. The mean over the rows is asked for.": (
                lambda y_true, z: (FROM_LOGITS(y_true, z) * len(z), softmax(z) - y_true)
            ),
            "Your gradient is right. The loss adds each row up, and takes the mean over the rows alone.": (
                lambda y_true, z: (FROM_LOGITS(y_true, z) / z.shape[1], (softmax(z) - y_true) / len(z))
            ),
            "The largest is taken off inside exp only: log p is z - largest - log(sum(exp(z - largest))).": (
                crossentropy_without_largest
            ),
            "Your loss adds the rows up; the mean over them is asked for.": (
                lambda y_true, z: (FROM_LOGITS(y_true, z) * len(z), (softmax(z) - y_true) / len(z))
            ),
            "You clip p: the loss stops at 16.118, however wrong the logits are. Take log p from the "
            "logits.": (crossentropy_clipped),
            "You clip p, and both suffer: the loss stops at 16.118, and the gradient is that of another p.": (
                crossentropy_of_clipped
            ),
            "The loss is nan: exp(1000) became inf, or p became 0, which has no logarithm. Take the largest "
            "of each row off, and log p from the logits.": crossentropy_by_log,
            "The loss is inf: p of the right class became 0, and log(0) is minus infinity. Take log p from "
            "the logits.": crossentropy_of_zero,
            "exp(1000) is inf. Take the largest of each row off before exp, and log p from the logits.": (
                crossentropy_by_exp
            ),
            "The loss lacks its minus sign: log p is never above 0.": (
                lambda y_true, z: (-FROM_LOGITS(y_true, z), (softmax(z) - y_true) / len(z))
            ),
        },
        reference=crossentropy_both,
        cases=[
            {
                "y_true": np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
                "z": np.array([[0.5, -1.0, 2.0], [3.0, 1.0, 0.0]]),
            },
            {"y_true": np.array([[0.0, 1.0], [0.0, 1.0]]), "z": np.array([[0.0, -30.0], [1.0, 2.0]])},
            {
                "y_true": np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
                "z": np.array([[1000.0, 2.0, 0.0], [0.0, 0.4, 0.3]]),
            },
        ],
        draw=lambda rng: {
            "y_true": np.eye(4)[rng.integers(4, size=3)],
            "z": rng.normal(size=(3, 4)) * rng.choice([1, 40]),
        },
    ),
    Function(
        name="hinge_of_labels",
        points=3,
        hints=[
            "What does y * z become when y is 0? Which labels does hinge need?",
            "y = 2 * y_true - 1 makes -1 of 0 and 1 of 1; the loss is max(0, 1 - y * z)",
            "y = 2 * y_true - 1, and then return np.maximum(...)",
        ],
        mistakes={
            "A label of 0 multiplies the score away: that loss is 1 whatever z is. Make -1 of it first.": (
                lambda y_true, z: np.maximum(0, 1 - y_true * z)
            ),
            "The labels came out the wrong way round: 0 must become -1, and 1 must stay 1.": (
                lambda y_true, z: np.maximum(0, 1 - (1 - 2 * y_true) * z)
            ),
            "A right answer far beyond the margin costs less than nothing here. Cut the loss off at 0.": (
                lambda y_true, z: 1 - (2 * y_true - 1) * z
            ),
            "You are content with the right side. hinge wants a margin of 1: the loss is max(0, 1 - y * "
            "z).": (lambda y_true, z: np.maximum(0, -(2 * y_true - 1) * z)),
            "Where the truth is 0 a margin of 1 is wanted as well: 1 + z there, and not z.": (
                lambda y_true, z: np.maximum(0, np.where(y_true == 1, 1 - z, z))
            ),
            "y_true - 1 makes 0 of the label 1. The labels must be -1 and 1.": (
                lambda y_true, z: np.maximum(0, 1 - (y_true - 1) * z)
            ),
            "That is the squared hinge. Here the loss grows by 1 for each unit of z.": (
                lambda y_true, z: np.maximum(0, 1 - (2 * y_true - 1) * z) ** 2
            ),
            "That is their mean. One loss for each score is asked for.": (
                lambda y_true, z: np.mean(np.maximum(0, 1 - (2 * y_true - 1) * z))
            ),
        },
        reference=hinges,
        cases=[
            {"y_true": np.zeros(12), "z": SCORES},
            {"y_true": np.array([1.0, 0.0, 1.0, 0.0]), "z": np.array([0.3, 0.4, -2.0, -3.0])},
            {"y_true": np.array([1.0, 1.0, 0.0]), "z": np.array([1.7, -0.2, 5.0])},
        ],
        draw=lambda rng: {"y_true": rng.integers(0, 2, 6).astype(float), "z": rng.normal(size=6) * 2},
        picture=draw_hinges,
    ),
    Prediction(
        name="sure_of_a_wrong_yes",
        points=5,
        rtol=0.02,  # two digits
        hints=[
            "The truth is 0 here. What are p - y, and the slope of the square, p**2, in p?",
            "cross-entropy: p - y; mse: 2 * (p - y) * p * (1 - p); clipped: 1 - p is cut at 1e-7",
            "p = 1 / (1 + np.exp(-6)), and then return p - 0, ... and the other four in the order of the "
            "list",
        ],
        mistakes={
            "Your slopes at 6 are negative. The truth is 0 and p is above it: both push z down, so both are "
            "positive.": lambda: (-0.9975, -0.00492, 16.118, 0, 20),
            "Those are the slopes for a truth of 1. Here the truth is 0, and the model is wrong.": (
                lambda: (-0.00247, -1.22e-05, 16.118, 0, 20)
            ),
            "mse's slope must go through the sigmoid: 2 * p is multiplied by p * (1 - p).": (
                lambda: (0.9975, 1.995, 16.118, 0, 20)
            ),
            "The 2 of the square is missing in mse's slope.": lambda: (0.9975, 0.00246, 16.118, 0, 20),
            "1 - p is about 2e-9 at 20, and the clip makes 1e-7 of it. So the loss is -log(1e-7) and no "
            "more.": (lambda: (0.9975, 0.00492, 20, 0, 20)),
            "log is the natural logarithm here: -log(1e-7) is 7 times log(10), which is 2.3.": (
                lambda: (0.9975, 0.00492, 7, 0, 20)
            ),
            "The clipped loss does not change when you nudge z at 20. So what is its slope?": (
                lambda: (0.9975, 0.00492, 16.118, 1, 20)
            ),
            "From logits nothing is clipped: the loss goes on growing with z.": (
                lambda: (0.9975, 0.00492, 16.118, 0, 16.118)
            ),
        },
        expected=sure_and_wrong(),
        again=sure_again,
    ),
]

LESSON = {
    "lesson 3": Function(
        name="softmax",
        points=0,
        hints=["Probabilities add up to 1. What do the exponentials add up to?", "exp(z) / sum(exp(z))"],
        mistakes={
            "They are not probabilities yet: they must add up to 1.": lambda z: np.exp(z - z.max()),
            "You divide by how many there are. To add up to 1 they must be divided by their sum.": (
                lambda z: np.exp(z - z.max()) / len(z)
            ),
            "You divide the logits themselves. It is their exponentials that are always above 0.": (
                lambda z: z / z.sum()
            ),
        },
        reference=softmax,
        cases=[{"z": np.array([0.0, 3.0])}, {"z": np.array([1.0, -2.0, 0.5])}],
    ),
    "lesson 3, your turn": Prediction(
        name="slopes_together",
        points=0,
        hints=["What do the probabilities add up to, and what does the one-hot row?", "sum(p) - sum(y)"],
        mistakes={
            "That is what the probabilities add up to. The truth is subtracted from them.": lambda: (1, 1),
            "You have dropped the signs. One slope is below 0, the others are above.": lambda: (
                np.abs(softmax(THREE) - LAST).sum(),
                np.abs(softmax(THREE) - FIRST).sum(),
            ),
        },
        expected={
            "the last class is right": round((softmax(THREE) - LAST).sum(), 9),
            "the first class is right": round((softmax(THREE) - FIRST).sum(), 9),
        },
    ),
}
