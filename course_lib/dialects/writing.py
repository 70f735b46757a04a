"""A meaning in the words of a library: the same, or the nearest that the library can say."""

from typing import Any, NamedTuple

from course_lib.dialects import running
from course_lib.dialects.library import NEUTRAL, REQUIRED, Library
from course_lib.dialects.meaning import CLIPS, Meaning, meant
from course_lib.schedules import InverseTime, Schedule


class Written(NamedTuple):
    """``line``: to paste. ``beside``: further lines, for elsewhere. ``meaning``: of all of them together."""

    library: Library
    name: str
    line: str
    beside: list[str]
    meaning: Meaning


def write(meaning, library, like=""):
    """The line of the library whose path ends nearest; None if it has no such optimizer.

    ``like``: a constructor's name; of several that come equally near, that of this name is taken.

    >>> from course_lib.dialects.libraries import OPTAX
    >>> from course_lib.dialects.reading import read
    >>> write(read("Adam(lr=0.01, clipnorm=1.0)").meaning, OPTAX).line
    'optax.chain(optax.clip_by_global_norm(1.0), optax.adam(0.01))'
    """
    names = [name for name, made in library.constructors.items() if made.family == meaning.family]
    found = [_written(settings, library, name) for name in names for settings in _nearby(meaning)]

    def distance(written):
        is_another = "amsgrad" in differences(meaning, written.meaning)
        apart = running.parting(meaning, written.meaning).apart[-1].max()
        return is_another, apart, written.name.lower() != like.lower()

    return min(found, key=distance, default=None)


def _nearby(meaning):
    """The settings, and others that may come near them where a library cannot say all."""
    settings = meaning.settings
    yield settings
    if "dampening" in settings and not isinstance(settings["lr"], Schedule):
        share = 1 - settings["dampening"]  # of each gradient but the first
        yield _without(settings, "dampening") | {"lr": _short(settings["lr"] * share)}
    if "clipnorm_each" in settings and "clipnorm" not in settings:
        yield _without(settings, "clipnorm_each") | {"clipnorm": settings["clipnorm_each"]}
    if "weight_decay" in settings and "l2" not in settings:  # momentum repeats what is in the gradient
        repeated = 1 / (1 - settings.get("momentum", 0.0))
        yield _without(settings, "weight_decay") | {"l2": _short(settings["weight_decay"] / repeated)}
    if meaning.family in ("RMSprop", "Adagrad"):  # whose epsilon may stand under the root or beside it
        power = 0.5 if settings.get("epsilon_inside") else 2
        epsilon = {"epsilon": _short(settings["epsilon"] ** power)}
        yield settings | epsilon
        if "momentum" in settings and not isinstance(settings["lr"], Schedule):  # it lengthens the steps
            longer = {"lr": _short(settings["lr"] / (1 - settings["momentum"]))}
            yield from (settings | longer, settings | longer | epsilon)


def _short(number):
    """Without digits that are rounding's, so that it can be pasted."""
    return float(f"{number:.12g}")


def _without(settings, word):
    return {name: value for name, value in settings.items() if name != word}


def differences(one, other):
    """Our words for what two meanings do not share: word -> what it is in one, and in the other."""
    words = dict.fromkeys([*one.settings, *other.settings])
    pairs = {word: tuple(of.settings.get(word, NEUTRAL.get(word)) for of in (one, other)) for word in words}
    return {word: pair for word, pair in pairs.items() if pair[0] != pair[1]}


def _written(settings, library, name):
    """The constructor's line for these settings, as far as the library can say them."""
    constructor = library.constructors[name]
    words = {word: library.ours(constructor, word) or () for word in constructor.parameters}
    own = {ours for pair in words.values() for ours in pair}
    settings = settings | _one_clip(settings, library)
    rate, scheduled = _rate(settings, own, library)
    settings = settings | rate
    given = {}
    for word, ours in words.items():
        value = _value(ours, settings)
        if "lr" in ours or not _is_default(value, ours, constructor.parameters[word].default):
            given[word] = value
    outside = {*library.beside, *(link.family for link in library.links.values())} - own
    extra = {word: settings[word] for word in ("l2", *CLIPS) if word in outside and settings.get(word)}
    said = meant(library, constructor, given)
    said = said._replace(settings=said.settings | scheduled).beside(extra)
    line = f"{library.prefix}{name}({_listed(library, constructor, given)})"
    return Written(library, name, _chained(library, line, extra), _beside(library, extra, scheduled), said)


def _one_clip(settings, library):
    """None in place of all ways of clipping but the first, where a library accepts no two."""
    clips = [word for word in CLIPS if word in settings]
    return dict.fromkeys(clips[1:]) if library.one_clip else {}


def _is_default(value, ours, default):
    """Need it not be said? Nor need what is neutral, where the library's default is None."""
    neutral = default is None and len(ours) == 1 and value == NEUTRAL.get(ours[0])
    return value is None or value == default or neutral


def _rate(settings, own, library):
    """``lr`` and ``decay`` as the constructor takes them, and what a line beside it makes of them."""
    lr, decay = settings["lr"], settings.get("decay", 0.0)
    if not isinstance(lr, Schedule) and (not decay or "decay" in own):
        return {}, {}
    schedule = lr if isinstance(lr, Schedule) else InverseTime(lr, decay)
    family = type(schedule).__name__
    if family in (*_schedules(library), *library.rates):
        return {"lr": schedule}, {}
    said = {"lr": lr} if isinstance(lr, Schedule) else {"lr": lr, "decay": decay}
    return {"lr": schedule.get_config()["lr"]}, said if family in library.beside else {}


def _schedules(library):
    """Our name of a schedule: the library's, and its constructor."""
    return {made.family: (name, made) for name, made in library.schedules.items()}


def _value(ours, settings):
    """What a constructor is given for these words of ours; None if nothing is to be said."""
    values = [settings.get(word, NEUTRAL.get(word)) for word in ours]
    if not values or None in values:
        return None
    return tuple(values) if len(values) > 1 else values[0]


def _listed(library, constructor, given):
    """The arguments as they are pasted: what must be there by place, the rest by name."""
    parts = []
    for word, parameter in constructor.parameters.items():
        if word in given:
            text = _text(library, given[word])
            parts.append(text if parameter.default is REQUIRED else f"{word}={text}")
        elif parameter.default is REQUIRED:
            parts.append(word)
    return ", ".join(parts)


def _text(library, value: Any):
    """A value as it is pasted; a schedule as a call, or as a template of the library says."""
    if not isinstance(value, Schedule):
        return repr(value)
    family = type(value).__name__
    if family in library.rates:
        return library.rates[family].format(**_numbers(value))
    name, constructor = _schedules(library)[family]
    given = {}
    for word in constructor.parameters:
        ours = library.ours(constructor, word)
        if ours:
            given[word] = _whole(getattr(value, ours[0]))
    defaults = {word: of.default for word, of in constructor.parameters.items()}
    given = {word: number for word, number in given.items() if number != defaults[word] or word == "lr"}
    return f"{library.schedule_prefix}{name}({_listed(library, constructor, given)})"


def _numbers(schedule):
    """The numbers of a schedule for a template, and how many of its steps are over after ``t`` updates."""
    numbers = {name: _whole(value) for name, value in schedule.get_config().items()}
    steps = numbers["steps"]
    over = f"(t // {steps})" if numbers.get("staircase") else "t" if steps == 1 else f"(t / {steps})"
    return numbers | {"count": over}


def _whole(number):
    """A float that is a whole number of at least 1 as an int: steps are counted."""
    return int(number) if isinstance(number, float) and number >= 1 and number == int(number) else number


def _chained(library, line, extra):
    """The line with the links before it that a chain has for what is said beside."""
    links = [
        f"{library.prefix}{name}({extra[link.family]!r})"
        for name, link in library.links.items()
        if link.family in extra
    ]
    return f"{library.prefix}chain({', '.join([*links, line])})" if links else line


def _beside(library, extra, scheduled):
    """The lines of their own, for what is no link."""
    lines = [
        library.beside[word].format(value=value, half=_short(value / 2))
        for word, value in extra.items()
        if word in library.beside
    ]
    if scheduled:
        lr = scheduled["lr"]
        schedule = lr if isinstance(lr, Schedule) else InverseTime(lr, scheduled["decay"])
        lines.append(library.beside[type(schedule).__name__].format(**_numbers(schedule)))
    return lines
