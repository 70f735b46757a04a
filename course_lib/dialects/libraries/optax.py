"""The words of optax. What it does beside the formula are links of a chain."""

from course_lib.dialects import variants
from course_lib.dialects.library import Constructor, Library

MOMENTS = "learning_rate, b1=0.9, b2=0.999, eps=1e-8, eps_root=0.0, mu_dtype=None"
CORRECTED = {"epsilon_corrected": True}
AT_ONCE = {"schedule_decay": 1000.0}  # so large that the momentum is beta_1 from the first update on

OPTAX = Library(
    name="optax",
    prefix="optax.",
    constructors={
        "sgd": Constructor(
            "SGD",
            "learning_rate, momentum=None, nesterov=False, accumulator_dtype=None",
            runs=variants.GradientMomentum,
        ),
        "rmsprop": Constructor(
            "RMSprop",
            "learning_rate, decay=0.9, eps=1e-8, initial_scale=0.0, eps_in_sqrt=True, centered=False, "
            "momentum=None, nesterov=False, bias_correction=False",
            words={
                "decay": "rho",
                "eps_in_sqrt": "epsilon_inside",
                **dict.fromkeys(["initial_scale", "nesterov", "bias_correction"]),
            },
        ),
        "adagrad": Constructor(
            "Adagrad",
            "learning_rate, initial_accumulator_value=0.1, eps=1e-7",
            fixed={"epsilon_inside": True},
        ),
        "adadelta": Constructor(
            "Adadelta",
            "learning_rate=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, weight_decay_mask=None",
            words={"weight_decay": "l2"},
        ),
        "adam": Constructor(
            "Adam", f"{MOMENTS}, *, nesterov=False", words={"nesterov": None}, fixed=CORRECTED
        ),
        "adamw": Constructor(
            "Adam",
            f"{MOMENTS}, weight_decay=0.0001, mask=None, *, nesterov=False",
            words={"nesterov": None},
            fixed=CORRECTED,
        ),
        "amsgrad": Constructor(
            "Adam",
            f"{MOMENTS}, bias_correction_mu=True, bias_correction_nu=True",
            words=dict.fromkeys(["bias_correction_mu", "bias_correction_nu"]),
            fixed=CORRECTED | {"amsgrad": True},
            runs=variants.LargestCorrected,
        ),
        "adamax": Constructor(
            "Adamax",
            "learning_rate, b1=0.9, b2=0.999, eps=1e-8",
            runs=variants.EpsilonBesideGradient,
        ),
        "adamaxw": Constructor(
            "Adamax",
            "learning_rate, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.0001, mask=None",
            runs=variants.EpsilonBesideGradient,
        ),
        "nadam": Constructor(
            "Nadam", f"{MOMENTS}, *, nesterov=True", words={"nesterov": None}, fixed=AT_ONCE
        ),
        "nadamw": Constructor(
            "Nadam",
            f"{MOMENTS}, weight_decay=0.0001, mask=None, *, nesterov=True",
            words={"nesterov": None},
            fixed=AT_ONCE,
        ),
        "lion": Constructor(
            "Lion", "learning_rate, b1=0.9, b2=0.99, mu_dtype=None, weight_decay=0.001, mask=None"
        ),
    },
    words={
        "learning_rate": "lr",
        "b1": "beta_1",
        "b2": "beta_2",
        "eps": "epsilon",
        **dict.fromkeys(["eps_root", "mu_dtype", "accumulator_dtype", "mask", "weight_decay_mask"]),
    },
    schedule_prefix="optax.",
    schedules={
        "exponential_decay": Constructor(
            "Exponential",
            "init_value, transition_steps, decay_rate, transition_begin=0, staircase=False, end_value=None",
            words={
                "init_value": "lr",
                "transition_steps": "steps",
                "decay_rate": "factor",
                **dict.fromkeys(["transition_begin", "end_value"]),
            },
        ),
        "cosine_decay_schedule": Constructor(
            "Cosine",
            "init_value, decay_steps, alpha=0.0, exponent=1.0",
            words={"init_value": "lr", "decay_steps": "steps", "alpha": "end", "exponent": None},
        ),
    },
    rates={"InverseTime": "lambda t: {lr} / (1 + {decay} * {count})"},
    links={
        "add_decayed_weights": Constructor(
            "l2", "weight_decay=0.0, mask=None", words={"weight_decay": "l2", "mask": None}
        ),
        "clip_by_global_norm": Constructor("clipnorm", "max_norm", words={"max_norm": "clipnorm"}),
        "clip": Constructor("clipvalue", "max_delta", words={"max_delta": "clipvalue"}),
    },
)
