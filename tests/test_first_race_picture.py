"""The README's moving picture: small, what the tool makes today, and with a still one for who wants that."""

import re

import first_race_picture as tool
import numpy as np
from PIL import Image

README = (tool.ROOT / "README.md").read_text(encoding="utf-8")


def test_it_has_the_frames_that_the_tool_makes_and_is_small():
    with Image.open(tool.MOVING) as moving:
        shown = []
        for at in range(moving.n_frames):
            moving.seek(at)
            shown.append(moving.info["duration"])
    assert shown == tool.durations()
    assert tool.MOVING.stat().st_size < 400_000
    assert tool.STILL.stat().st_size < 100_000


def test_its_pictures_are_those_of_the_figure():
    """At first, on the way, and in the end, where the still one is."""
    looked_at = [0, 20, len(tool.SHOWN) - 1]
    with Image.open(tool.MOVING) as moving, Image.open(tool.STILL) as still:
        for at, made in zip(looked_at, tool.pictures([tool.SHOWN[at] for at in looked_at]), strict=True):
            moving.seek(at)
            assert share_that_differs(moving, made) < 0.001, at
            assert (share_that_differs(still, made) < 0.001) == (at == looked_at[-1]), at


def share_that_differs(one, other):
    assert one.size == other.size
    difference = np.abs(np.asarray(one.convert("RGB"), float) - np.asarray(other, float))
    return (difference.max(axis=2) > 60).mean()


def test_the_readme_shows_it_with_words_and_the_still_one_to_who_wants_no_motion():
    (picture,) = re.findall(r"<picture>.*?</picture>", README, re.DOTALL)
    still, moving = tool.STILL.relative_to(tool.ROOT), tool.MOVING.relative_to(tool.ROOT)
    assert f'<source media="(prefers-reduced-motion: reduce)" srcset="{still}">' in picture
    assert f'src="{moving}"' in picture
    assert len(re.search(r'alt="([^"]*)"', picture)[1].split()) > 20
