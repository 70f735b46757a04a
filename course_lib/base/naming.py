"""How people call a lesson."""


def lesson_number(name):
    """The number of a lesson, an exercise or a quiz, by its file's name.

    A lesson that was put between two others has a letter, so that none of them is renumbered.

    >>> lesson_number("05_momentum"), lesson_number("02b_is_the_slope_right"), lesson_number("12_the_race")
    ('5', '2b', '12')
    """
    return name.partition("_")[0].removeprefix("0")
