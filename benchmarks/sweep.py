"""A stability map's work: 100 x 100 settings of (lr, momentum), 200 updates each, on two surfaces.

The floor is written by hand for one surface and one optimizer, in place; ``training.run`` serves them all and
allocates as it goes. The PyTorch loop runs a few of the settings and is reckoned up to all of them.
"""

import numpy as np

from benchmarks import growth, memory, peers, report, sweepers, timing
from course_lib import surfaces

SURFACES = {"ravine": sweepers.RavineByHand, "rosenbrock": sweepers.RosenbrockByHand}
FEW = 3  # settings for the PyTorch loop
FLOOR, OURS, JAX = "by hand, in place (the floor)", "training.run", "JAX, float32, warm"
ALIKE = 10  # updates after which all must still agree: later float32 parts from float64 where a run diverges


def main(quick):
    there = peers.installed("jax", "torch")
    others = timing.Others()
    seconds = {surface: race(surface, there, 7 if quick else 21) for surface in SURFACES}
    grown = growth.measured(7 if quick else 31)
    median = {
        surface: {name: float(1e3 * np.median(times)) for name, times in of_surface.items()}
        for surface, of_surface in seconds.items()
    }
    report.publish(
        "sweep",
        "100 x 100 settings of (lr, momentum), 200 updates each",
        list(rows(median)),
        [*bars(median), *growth.bars(grown)],
        ["numpy", *there],
        further={
            "How the time grows on a quadratic": list(growth.rows(grown)),
            "The most memory it needs at a time": memory.rows(SURFACES),
        },
        quick=quick,
        seconds=seconds,
        growth_seconds=grown,
        others_cores=others.cores(),
    )


def race(surface, there, repeats):
    """Seconds that all settings take, by contestant."""
    family = sweepers.Family(surfaces.get(surface))
    players = {
        FLOOR: SURFACES[surface](family),
        OURS: sweepers.Ours(family),
        f"{OURS}, path recorded": sweepers.Ours(family, record_path=True),
    }
    if "jax" in there:
        players |= {JAX: sweepers.Jax(family), "JAX, float32, first call": sweepers.JaxAnew(family)}
    if "torch" in there:
        players[f"PyTorch loop, reckoned from {FEW} settings"] = sweepers.Torch(family, FEW)

    expected = first_losses(players[FLOOR])
    for name, player in players.items():
        theirs = first_losses(player)
        np.testing.assert_allclose(theirs, expected[:, player.chosen], rtol=1e-2, err_msg=name)

    seconds = timing.take_turns({name: player.run for name, player in players.items()}, repeats)
    part = {name: len(player.chosen) / family.size for name, player in players.items()}
    return {name: [t / part[name] for t in times] for name, times in seconds.items()}


def first_losses(player):
    return player.losses()[: ALIKE + 1]


def rows(median):
    for surface, of_surface in median.items():
        for name, ms in of_surface.items():
            yield {
                "surface": surface,
                "contestant": name,
                "median ms": ms,
                "x ours": ms / of_surface[OURS],
                "x floor": ms / of_surface[FLOOR],
            }


def bars(median):
    ravine = median["ravine"]
    yield report.Bar("ravine: training.run in at most 20 ms", ravine[OURS], at_most=20)
    for surface, of_surface in median.items():
        yield report.Bar(f"{surface}: at most 2 x the floor", of_surface[OURS] / of_surface[FLOOR], at_most=2)
        if JAX in of_surface:
            yield report.Bar(
                f"{surface}: at most the time of warm JAX", of_surface[OURS] / of_surface[JAX], at_most=1
            )
