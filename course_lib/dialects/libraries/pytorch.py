"""The words of PyTorch 2. Its schedulers and its clipping are lines of their own, in the loop."""

from course_lib.dialects import variants
from course_lib.dialects.library import Constructor, Library

SWITCHES = "foreach=None, maximize=False, capturable=False, differentiable=False"
LAMBDA = "torch.optim.lr_scheduler.LambdaLR(optimizer, {factor})  # its step() after each update"
CORRECTED = {"epsilon_corrected": True}

PYTORCH = Library(
    name="PyTorch",
    prefix="torch.optim.",
    constructors={
        "SGD": Constructor(
            "SGD",
            "params, lr=0.001, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, "
            "foreach=None, differentiable=False, fused=None",
            runs=variants.GradientMomentum,
        ),
        "RMSprop": Constructor(
            "RMSprop",
            "params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False, "
            "capturable=False, foreach=None, maximize=False, differentiable=False",
            runs=variants.LateRateRMSprop,
        ),
        "Adagrad": Constructor(
            "Adagrad",
            "params, lr=0.01, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, "
            "foreach=None, *, maximize=False, differentiable=False, fused=None",
        ),
        "Adadelta": Constructor(
            "Adadelta",
            "params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, capturable=False, "
            "maximize=False, differentiable=False",
        ),
        "Adam": Constructor(
            "Adam",
            "params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, "
            f"*, {SWITCHES}, fused=None, decoupled_weight_decay=False",
            fixed=CORRECTED,
        ),
        "AdamW": Constructor(
            "Adam",
            "params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01, amsgrad=False, "
            "*, maximize=False, foreach=None, capturable=False, differentiable=False, fused=None",
            words={"weight_decay": "weight_decay"},
            fixed=CORRECTED,
        ),
        "Adamax": Constructor(
            "Adamax",
            "params, lr=0.002, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, "
            "maximize=False, differentiable=False, capturable=False",
            runs=variants.EpsilonBesideGradient,
        ),
        "NAdam": Constructor(
            "Nadam",
            "params, lr=0.002, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=0.004, "
            f"decoupled_weight_decay=False, *, {SWITCHES}",
        ),
    },
    words={
        "params": (),
        "betas": ("beta_1", "beta_2"),
        "eps": "epsilon",
        "alpha": "rho",
        "lr_decay": "decay",
        "momentum_decay": "schedule_decay",
        "weight_decay": "l2",
        **dict.fromkeys(["foreach", "fused", "capturable", "differentiable"], ()),
        **dict.fromkeys(["maximize", "decoupled_weight_decay"]),
    },
    beside={
        "clipnorm": "torch.nn.utils.clip_grad_norm_(params, {value})  # before each step()",
        "clipnorm_each": "for p in params: torch.nn.utils.clip_grad_norm_(p, {value})  # before each step()",
        "clipvalue": "torch.nn.utils.clip_grad_value_(params, {value})  # before each step()",
        "InverseTime": LAMBDA.format(factor="lambda t: 1 / (1 + {decay} * {count})"),
        "Exponential": LAMBDA.format(factor="lambda t: {factor} ** {count}"),
        "Cosine": LAMBDA.format(
            factor="lambda t: {end} + (1 - {end}) * (1 + math.cos(math.pi * min(t / {steps}, 1))) / 2"
        ),
    },
)
