"""Several optimizers on one course: who is first over the finish line, and at how many rates."""

from typing import ClassVar

from course_lib.explorers.live.controls import Choice, Several
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import race_view, rates_view, words
from course_lib.explorers.shared.heats import (
    COURSES,
    EVERYONE,
    OTHER_COURSES,
    RATES,
    RUNNERS,
    finish_line,
    heat,
    objective,
)

VIEWS = {"race": race_view, "rates": rates_view}
RULE = "A runner finishes at the update from which on its loss stays at or below {}, until the race is over."
FAIR = {
    "documented": "Each runs at its documented rate, the same on every course.",
    "tuned": f"Of {len(RATES)} rates each runs at the first to finish or else the lowest at the end.",
}


class Race(Explorer):
    """Optimizers race down a surface, or train a network on the digits; the table has who needed how long.

    With ``show="rates"``: how many updates each of them needs at each of 19 rates.

    >>> figure = Race()
    >>> print(figure.set(course="booth"))
    Won by sgd after 16 updates at tuned rates (booth). Then come adam (56), momentum (57) and
    rmsprop (130).
    >>> print(figure.set(show="rates"))
    The widest valley is that of adam: 9 of 19 rates finish (booth). Then come momentum (8), sgd
    (4) and rmsprop (3). The quickest is sgd: 16 updates at lr 0.1.
    """

    title = "The race: who needs how many updates?"
    heard = "sgd loss"
    goal = "adam wins against at least three others."
    inches = (9.6, 5.4)
    controls: ClassVar = {
        "optimizers": Several(("sgd", "momentum", "rmsprop", "adam"), tuple(EVERYONE)),
        "course": Choice("ravine", COURSES + OTHER_COURSES),
        "rates": Choice("tuned", ("documented", "tuned")),
        "show": Choice("race", tuple(VIEWS)),
    }
    presets: ClassVar = {
        "Ravine, documented": {"course": "ravine", "rates": "documented", "show": "race"},
        "Ravine, tuned": {"course": "ravine", "rates": "tuned", "show": "race"},
        "All its rates": {"course": "ravine", "rates": "tuned", "show": "rates"},
        "A curved valley": {"course": "rosenbrock", "rates": "tuned", "show": "race"},
        "All eleven": {"optimizers": list(RUNNERS), "course": "booth", "rates": "tuned", "show": "race"},
        "Digits, documented": {
            "optimizers": ["momentum", "adam"],
            "course": "digits",
            "rates": "documented",
            "show": "race",
        },
        "Digits, tuned": {
            "optimizers": ["momentum", "adam"],
            "course": "digits",
            "rates": "tuned",
            "show": "race",
        },
    }
    says: ClassVar = {}  # the table does

    def frame(self, *, optimizers, course, rates, show):
        heats = [heat(name, course, rates) for name in optimizers]
        line = words.number(finish_line(objective(course)))
        seen = VIEWS[show].frame(heats, course, rates)
        return Frame(
            **seen | {"still": (show, *seen["still"])},
            why=f"{RULE.format(line)} {FAIR[rates]}",
            reached=_adam_wins(heats),
            facts=heats,
        )

    def draw(self, figure, frame):
        show, *still = frame.still
        artists = VIEWS[show].draw(figure, *still)
        for name, artist in artists.items():
            artist.set_gid(name.split()[0])  # its runner: what the pointer is on stands out as a whole
        return artists

    def python(self, *, optimizers, course, rates, show):
        if show == "rates" or not optimizers:
            return super().python(optimizers=optimizers, course=course, rates=rates, show=show)
        first = min(
            (heat(name, course, rates) for name in optimizers), key=lambda run: (run.finish, run.losses[-1])
        )
        descended = "explorers.shared.heats.Digits()" if course == "digits" else repr(course)
        package = "explorers, optimizers" if course == "digits" else "optimizers"
        return (
            f"from course_lib import {package}, training\n"
            f"training.run({descended}, optimizers.{_call(first.optimizer)}, steps={first.end}).losses"
        )


def _call(optimizer):
    """The call that makes the optimizer, without the settings that it has by default."""
    default = type(optimizer)().get_config()
    settings = {
        key: value for key, value in optimizer.get_config().items() if key == "lr" or value != default[key]
    }
    return words.call(type(optimizer).__name__, **settings)


def _adam_wins(heats):
    finishes = {run.name: run.finish for run in heats}
    adam = finishes.pop("adam", float("inf"))
    return len(finishes) >= 3 and adam < min(finishes.values())
