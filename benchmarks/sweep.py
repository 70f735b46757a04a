"""A stability map's work: 100 x 100 settings of (lr, momentum), 200 updates each, on two surfaces.

Numpy's floor is written by hand for one surface and one optimizer, in place; ``training.run`` serves them
all. The floor of all is to keep the losses. The PyTorch loop runs a few of the settings and is reckoned up to
all of them.
"""

import numpy as np

from benchmarks import growth, memory, overhead, peers, report, sweepers, timing
from course_lib import compiled, surfaces

SURFACES = {"ravine": sweepers.RavineByHand, "rosenbrock": sweepers.RosenbrockByHand}
FEW = 3  # settings for the PyTorch loop
MANY = 316  # each way: the map of 100,000 runs
FLOOR, OURS, COMPILED = "by hand, in place (numpy's floor)", "training.run by numpy", "training.run, compiled"
KEPT, FIRST, LARGE = (
    "keeping the losses (the floor)",
    f"{COMPILED}, first call",
    f"{COMPILED}, {MANY} x {MANY}",
)
ALIKE = 10  # updates after which all must still agree: later float32 parts from float64 where a run diverges


def main(quick):
    there = peers.installed("jax", "torch", "llvmlite")
    others = timing.Others()
    seconds = {surface: race(surface, there, 7 if quick else 15) for surface in SURFACES}
    grown = growth.measured(7 if quick else 31, compiled.is_on())
    added = overhead.measured(7 if quick else 15)
    fresh = [sweepers.seconds_of_a_first_call() for _ in range(3)] if "llvmlite" in there else []
    median = {
        surface: {name: float(1e3 * np.median(times)) for name, times in of_surface.items()}
        for surface, of_surface in seconds.items()
    }
    report.publish(
        "sweep",
        "100 x 100 settings of (lr, momentum), 200 updates each",
        list(rows(median)),
        [*bars(median, fresh), *overhead.bars(added), *growth.bars(grown)],
        ["numpy", *there],
        further={
            "How the time grows on a quadratic": list(growth.rows(grown)),
            "An update of 10 x 10 settings by numpy": list(overhead.rows(added)),
            "The most memory it needs at a time": memory.rows(SURFACES),
        },
        quick=quick,
        seconds=seconds,
        growth_seconds=grown,
        microseconds_of_an_update=added,
        seconds_of_a_first_call=fresh,
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
    if "llvmlite" in there:
        players |= {
            COMPILED: sweepers.Ours(family, is_compiled=True),
            f"{COMPILED}, path recorded": sweepers.Ours(family, record_path=True, is_compiled=True),
            FIRST: sweepers.OursAnew(family),
        }
    for precision in ("float32", "float64") if "jax" in there else ():
        players |= {
            f"JAX vmap, {precision}, warm": sweepers.JaxMapped(family, precision),
            f"JAX family as an axis, {precision}, warm": sweepers.Jax(family, precision),
            f"JAX vmap, {precision}, first call": sweepers.JaxAnew(family, precision),
        }
    if "torch" in there:
        players[f"PyTorch loop, reckoned from {FEW} settings"] = sweepers.Torch(family, FEW)

    expected = first_losses(players[FLOOR])
    for name, player in players.items():
        theirs = first_losses(player)
        np.testing.assert_allclose(theirs, expected[:, player.chosen], rtol=1e-2, err_msg=name)

    players[KEPT] = sweepers.Kept(family)
    if "llvmlite" in there:
        large = sweepers.Family(family.surface, rates=MANY, momenta=MANY)
        players[LARGE] = sweepers.Ours(large, is_compiled=True)
    seconds = timing.take_turns({name: player.run for name, player in players.items()}, repeats)
    part = {name: len(player.chosen) / player.family.size for name, player in players.items()}
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


def bars(median, fresh):
    yield report.Bar("ravine: training.run by numpy in at most 20 ms", median["ravine"][OURS], at_most=20)
    for surface, of_surface in median.items():
        floors = of_surface[OURS] / of_surface[FLOOR]
        yield report.Bar(f"{surface}: by numpy at most 2 x its floor", floors, at_most=2)
        if COMPILED in of_surface:
            yield from bars_of_the_compiled(surface, of_surface)
    if fresh:
        yield report.Bar("a first call in a fresh Python within 0.3 s", float(np.median(fresh)), at_most=0.3)


def bars_of_the_compiled(surface, median):
    ours = median[COMPILED]
    yield report.Bar(f"{surface}: compiled, {MANY} x {MANY} within 50 ms", median[LARGE], at_most=50)
    single, double = (
        min((median[name] for name in median if f"{precision}, warm" in name), default=None)
        for precision in ("float32", "float64")
    )
    if double is not None:
        yield report.Bar(f"{surface}: compiled, at most half of JAX's float64", ours / double, at_most=0.5)
        kept = ours / (single + median[KEPT])
        yield report.Bar(
            f"{surface}: compiled, at most JAX's float32 and keeping the losses", kept, at_most=1
        )
