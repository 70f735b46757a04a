"""What our words mean, a sentence each; and why two lines may part, a sentence for each difference."""

from course_lib.dialects import variants
from course_lib.dialects.writing import differences
from course_lib.schedules import Schedule

WORDS = {
    "lr": "the learning rate: how far the weights go for a gradient of 1",
    "momentum": "the part of the last step that is taken again",
    "dampening": "the part of each gradient but the first that the momentum leaves out",
    "nesterov": "the step looks ahead by one more momentum step",
    "decay": "the rate falls with each update, not each epoch, and after 1 / decay updates it has halved",
    "rho": "the part of the running mean of squared gradients that is kept; 0.9 looks back about 10 updates",
    "beta_1": "the part of the running mean of gradients that is kept; 0.9 looks back about 10 updates",
    "beta_2": "the part of the second running mean that is kept; 0.999 looks back about 1000 updates",
    "epsilon": "is added to what a gradient is divided by, and so slows down weights with small gradients",
    "epsilon_inside": "epsilon stands under the root",
    "epsilon_corrected": "epsilon stands beside the root of the corrected mean",
    "amsgrad": "divides by the largest second mean so far",
    "bias_correction": "makes up for means that start at 0",
    "centered": "divides by the spread of the gradients around their mean",
    "schedule_decay": "how fast the momentum warms up",
    "initial_accumulator_value": "where the sum of squared gradients starts",
    "weight_decay": "pulls the weights towards 0 beside the step: decoupled",
    "l2": "pulls the weights towards 0 by way of the gradient",
    "clipnorm": "a gradient that is longer, over all variables together, is shortened to it",
    "clipnorm_each": "the gradient of each variable that is longer is shortened to it",
    "clipvalue": "every entry of the gradient is cut to it",
}
NAMES = {
    "lr": "rate",
    "l2": "pull by way of the gradient, l2,",
    "weight_decay": "pull beside the step, weight_decay,",
}
DIFFERENCES = {
    "epsilon_inside": "Epsilon stands under the root in one and beside it in the other, which small "
    "gradients feel.",
    "epsilon_corrected": "Epsilon stands beside the corrected root in one and beside the uncorrected in the "
    "other, where it counts for more in the first updates.",
    "clipnorm_each": "One shortens the gradient of each variable, the other that of all together.",
    "schedule_decay": "The momentum warms up at another pace.",
}
OWN_UPDATES = {
    variants.GradientMomentum: "The momentum of {library} keeps gradients and multiplies by the rate last, "
    "so that a new rate counts for old gradients, too.",
    variants.LateRateRMSprop: "The momentum of {library} multiplies by the rate last, so that a new rate "
    "counts for old steps, too.",
    variants.EpsilonBesideGradient: "Adamax of {library} adds epsilon to each gradient, before it takes the "
    "largest.",
    variants.LargestCorrected: "AMSGrad of {library} takes the largest of the corrected means.",
}
RATE_LAST = (variants.GradientMomentum, variants.LateRateRMSprop)


def arguments(reading):
    """(as it is said, what it means) for each argument that is given, or that counts by default."""
    for word, parameter in reading.constructor.parameters.items():
        ours = reading.library.ours(reading.constructor, word) or ()
        given = word in reading.given
        if ours and (given or any(name in reading.meaning.settings for name in ours)):
            value = reading.given.get(word, parameter.default)
            by_default = "" if given else ", by default"
            yield f"{word}={value!r}{by_default}", " and ".join(WORDS[name] for name in ours)
    for ours, value in reading.links.items():
        yield f"{ours}={value!r}", WORDS[ours]


def reasons(reading, written):
    """Why the two may part, a sentence for each difference; none if nothing is different."""
    one, other = reading.meaning, written.meaning
    for word, (value, other_value) in differences(one, other).items():
        here, there = f"{value} {reading.library.place}", f"{other_value} {written.library.place}"
        yield DIFFERENCES.get(word) or f"The {NAMES.get(word, word)} is {here} and {there}."
    if one.clips_first != other.clips_first:
        first = reading if one.clips_first else written
        yield f"{first.library.name} clips before it pulls the weights towards 0, the other line after."
    if one.runs is not other.runs:
        for of in (reading, written):
            if of.meaning.runs in OWN_UPDATES and _tells(of.meaning):
                yield OWN_UPDATES[of.meaning.runs].format(library=of.library.name)


def _tells(meaning):
    """Has its own update any effect? That of a momentum that multiplies last needs a rate that changes."""
    lr, momentum = meaning.settings["lr"], meaning.settings.get("momentum")
    changes = isinstance(lr, Schedule) or "decay" in meaning.settings
    return meaning.runs not in RATE_LAST or bool(momentum and changes)
