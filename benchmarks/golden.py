"""How much of what the real Keras 1.2.2 computed comes out here to the last bit. No race: no clock runs."""

from benchmarks import report
from tests.golden import test_activations, test_constraints, test_losses, test_models, test_optimizers

PARTS = {
    "paths of optimizers": test_optimizers,
    "constraints": test_constraints,
    "losses": test_losses,
    "activations": test_activations,
    "trainings of models": test_models,
}


def main(quick):
    found = {kind: list(part.rows()) for kind, part in PARTS.items()}
    rows = [row for of_kind in found.values() for row in of_kind]
    equal = sum(row.equal for row in rows)
    title = f"{equal} of {len(rows)} things that Keras 1.2.2 computed come out to the last bit"
    reasons = dict.fromkeys(row.reason for row in rows if not row.equal)
    differing = [_difference(reason, [row for row in rows if row.reason == reason]) for reason in reasons]
    further = {"What differs, by how much at most, and why": differing}
    report.publish("golden", title, [_counts(*item) for item in found.items()], [], ["numpy"], further)


def _counts(kind, rows):
    same, numbers = sum(row.same for row in rows), sum(row.numbers for row in rows)
    return {
        "what": kind,
        "to the last bit": f"{sum(row.equal for row in rows)} of {len(rows)}",
        "their numbers": f"{same:,} of {numbers:,}",
    }


def _difference(reason, rows):
    names = dict.fromkeys(row.name.rpartition(" ")[0] for row in rows)
    return {
        "why": reason,
        "of": ", ".join(names),
        "things": len(rows),
        "difference": f"{max(row.difference for row in rows):.1e}",
    }
