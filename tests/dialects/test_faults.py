"""Lines that cannot be read get a sentence and a caret below the word; none is ever run."""

import pytest

from course_lib.dialects import translate

FAULTS = {
    "SGD(lr=0.1, momentun=0.9)": ("Keras 1's SGD has no argument momentun; near it are momentum", "momentun"),
    "torch.optim.Adam(p, learning_rate=1e-3)": ("it is called lr there", "learning_rate"),
    "keras.optimizers.Adam(lr=1e-3, beta1=0.9)": ("it is called learning_rate there", "lr"),
    "keras.optimizers.AdamW(0.1, eps=1e-8)": ("it is called epsilon there", "eps"),
    "optax.rmsprop(0.1, alpha=0.9)": ("it is called decay there", "alpha"),
    "optax.adamm(1e-3)": ("near it are adam", "adamm"),
    "torch.optim.LBFGS(p)": ("there is no optimizer LBFGS in PyTorch", "LBFGS"),
    "torch.optim.SGD(p, lr=-1)": ("lr must be a finite number >= 0; got -1", "-1"),
    "torch.optim.Adam(p, betas=(0.9, 1.5))": ("betas must be a number in [0, 1); got 1.5", "(0.9, 1.5)"),
    "torch.optim.Adam(p, betas=0.9)": ("betas must be two numbers", "0.9"),
    "torch.optim.RMSprop(p, alpha=2)": ("alpha must be a number in [0, 1); got 2", "2"),
    "SGD(lr=RATE)": ("lr must be written out", "RATE"),
    "SGD(lr='fast')": ("lr must be a finite number >= 0; got 'fast'", "'fast'"),
    "SGD(lr=1e999)": ("lr must be a finite number >= 0; got inf", "1e999"),
    "SGD(0.1, lr=0.2)": ("lr is given twice", "lr"),
    "torch.optim.SGD(lr=0.1)": ("PyTorch's SGD needs params", "torch.optim.SGD(lr=0.1)"),
    "torch.optim.SGD(p, maximize=True)": ("nothing here does what maximize", "True"),
    "keras.optimizers.SGD(0.1, use_ema=True)": ("nothing here does what use_ema", "True"),
    "optax.adam(0.1, 0.9, 0.999, 1e-8, 1e-4)": ("nothing here does what eps_root", "1e-4"),
    "optax.lion(1, 2, 3, 4, 5, 6, 7)": ("optax's lion takes 6 arguments by their place at most", "7"),
    "SGD(**settings)": ("** hides what is given", "**settings"),
    "SGD(lr": ("this is no line of Python", "("),
    "import os": ("one line is read at a time", "import os"),
    "SGD(lr=0.1); print(1)": ("one line is read at a time", "print(1)"),
    "sgd": ("a call such as SGD(lr=0.1)", "sgd"),
    "__import__('os').abort()": ("only a name can be called here", "__import__('os').abort"),
    "SGD(lr=open('x'))": ("there is no open in Keras 1", "open"),
    "optax.sgd(lambda t: 0.1 - t)": ("of all functions", "lambda t: 0.1 - t"),
    "optax.sgd(lambda t: 0.1 / (1 + 0.5 * s))": ("of all functions", "lambda t: 0.1 / (1 + 0.5 * s)"),
    "optax.chain(optax.clip(1.0), 7)": ("each link of a chain is a call", "7"),
    "optax.chain(optax.clip(1.0), optax.add_decayed_weights(0.1), optax.sgd(0.1))": (
        "is the order",
        "optax.add_decayed_weights(0.1)",
    ),
    "keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, -5))": (
        "steps must be a number of updates > 0; got -5",
        "keras.optimizers.schedules.CosineDecay(0.1, -5)",
    ),
    "SGD('ü', mömentum=2)": ("Keras 1's SGD has no argument mömentum", "mömentum"),
}


NO_LINES = ["(" * 500, "", "x = " * 200 + "1", "SGD" + "(" * 150 + ")" * 150, "-" * 900, "\0"]


@pytest.mark.parametrize("line", NO_LINES)
def test_what_is_no_line_at_all_is_a_fault_too(line):
    with pytest.raises(ValueError, match=r"^(this is no line|one line|lr must|a call|only a name)"):
        translate(line)


@pytest.mark.parametrize("line", [None, 3, "SGD()" * 300])
def test_only_a_text_of_some_length_is_read(line):
    with pytest.raises(ValueError, match="line must be a text of at most 1000 characters"):
        translate(line)


def test_a_library_that_is_not_known():
    with pytest.raises(ValueError, match=r"library must be one of Keras 1, .*; got 'Caffe'"):
        translate("SGD()", library="Caffe")
