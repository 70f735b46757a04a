"""The words of Keras 3."""

from course_lib.dialects.library import Constructor, Library

CLIP = "clipnorm=None, clipvalue=None, global_clipnorm=None"
REST = (
    "use_ema=False, ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None, "
    "gradient_accumulation_steps=None, name=None"
)
SHARED = f"weight_decay=None, {CLIP}, {REST}"

KERAS_3 = Library(
    name="Keras 3",
    prefix="keras.optimizers.",
    constructors={
        "SGD": Constructor("SGD", f"learning_rate=0.01, momentum=0.0, nesterov=False, {SHARED}"),
        "RMSprop": Constructor(
            "RMSprop",
            f"learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, {SHARED}",
            fixed={"epsilon_inside": True},
        ),
        "Adagrad": Constructor(
            "Adagrad",
            f"learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, {SHARED}",
            fixed={"epsilon_inside": True},
        ),
        "Adadelta": Constructor("Adadelta", f"learning_rate=0.001, rho=0.95, epsilon=1e-7, {SHARED}"),
        "Adam": Constructor(
            "Adam", f"learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, {SHARED}"
        ),
        "AdamW": Constructor(
            "Adam",
            "learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, "
            f"{CLIP}, {REST}",
        ),
        "Adamax": Constructor(
            "Adamax", f"learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, {SHARED}"
        ),
        "Nadam": Constructor(
            "Nadam",
            f"learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, {SHARED}",
            fixed={"schedule_decay": 1.0},
        ),
        "Lion": Constructor("Lion", f"learning_rate=0.001, beta_1=0.9, beta_2=0.99, {SHARED}"),
    },
    words={
        "learning_rate": "lr",
        "clipnorm": "clipnorm_each",
        "global_clipnorm": "clipnorm",
        "name": (),
        "ema_momentum": (),  # without use_ema nothing comes of it
        **dict.fromkeys(
            ["use_ema", "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps"]
        ),
    },
    schedule_prefix="keras.optimizers.schedules.",
    schedules={
        "InverseTimeDecay": Constructor(
            "InverseTime",
            "initial_learning_rate, decay_steps, decay_rate, staircase=False, name='InverseTimeDecay'",
            words={"initial_learning_rate": "lr", "decay_steps": "steps", "decay_rate": "decay"},
        ),
        "ExponentialDecay": Constructor(
            "Exponential",
            "initial_learning_rate, decay_steps, decay_rate, staircase=False, name='ExponentialDecay'",
            words={"initial_learning_rate": "lr", "decay_steps": "steps", "decay_rate": "factor"},
        ),
        "CosineDecay": Constructor(
            "Cosine",
            "initial_learning_rate, decay_steps, alpha=0.0, name='CosineDecay', warmup_target=None, "
            "warmup_steps=0",
            words={
                "initial_learning_rate": "lr",
                "decay_steps": "steps",
                "alpha": "end",
                "warmup_target": None,
                "warmup_steps": None,
            },
        ),
    },
    one_clip=True,
    beside={
        "l2": "kernel_regularizer=keras.regularizers.L2({half})  # in every layer; bias_regularizer, too"
    },
)
