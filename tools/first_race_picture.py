"""Make the README's picture of the first race, which moves, and the still one for those who want no motion.

    python tools/first_race_picture.py

Both come from the live figure, and are the same at every making.
"""

import argparse
import io

import numpy as np
from PIL import Image
from rules import ROOT

from course_lib.explorers import FirstRace
from course_lib.explorers.first_race import PLAIN, UPDATES
from course_lib.explorers.live import artists

MOVING, STILL = ROOT / "docs" / "first-race.gif", ROOT / "docs" / "first-race.png"
SHOWN = range(0, UPDATES + 1, 2)  # updates, a picture each
EACH, FIRST, LAST = 80, 1500, 4000  # milliseconds
REPEATS = 2  # then it rests at the end
COLORS = 64


def pictures(shown):
    """The race after each of these numbers of updates, on light paper."""
    figure = FirstRace(winner=PLAIN)
    figure.screen = figure.screen | {"pixels": 1.0}
    frame = figure.frame(**figure.values)
    for update in shown:
        for name, artist in figure.artists.items():
            artists.put(artist, _at(update, name, frame))
        yield Image.open(io.BytesIO(figure.picture())).convert("RGB")


def durations():
    """How long each picture is shown, in milliseconds."""
    return [FIRST, *[EACH] * (len(SHOWN) - 2), LAST]


def _at(update, name, frame):
    """What an artist shows after so many updates: as ``motion.js`` has it."""
    if name in frame.turns:
        return frame.turns[name][update]
    first = update if name.endswith(" head") else 0
    return np.asarray(frame.artists[name.removesuffix(" head")])[:, first : update + 1]


def main(arguments=None):
    argparse.ArgumentParser(description=__doc__.split("\n\n")[0]).parse_args(arguments)
    every = [*pictures(SHOWN)]
    palette = every[len(every) // 3].quantize(
        COLORS, Image.Quantize.MAXCOVERAGE
    )  # all colours are in this one
    first, *others = [each.quantize(palette=palette, dither=Image.Dither.NONE) for each in every]
    first.save(MOVING, save_all=True, append_images=others, duration=durations(), loop=REPEATS, optimize=True)
    others[-1].save(STILL, optimize=True)


if __name__ == "__main__":
    main()
