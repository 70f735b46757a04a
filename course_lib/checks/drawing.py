"""How a picture tells what was expected from what a learner's function gives, for ``axes.plot``.

Colours that the colour-blind tell apart, and marks that say the same again.
"""

EXPECTED = {
    "color": "#0072B2",
    "ls": "--",
    "lw": 3,
    "marker": "s",
    "ms": 10,
    "mfc": "none",
    "label": "expected",
}
YOURS = {"color": "#D55E00", "marker": "o", "ms": 5, "label": "yours"}
