"""The tables of docs/dialects.md, computed.

python -m tests.dialects.page      prints them, to be pasted
"""

from course_lib.dialects import translate
from course_lib.dialects.explained import WORDS
from course_lib.dialects.libraries import READ, WRITTEN
from course_lib.dialects.reading import read

SHOWN = ["lr", "rho", "epsilon", "epsilon_inside", "epsilon_corrected", "schedule_decay"]
SHOWN += ["initial_accumulator_value", "weight_decay"]
PLACES = {"epsilon_inside": "under the root", "epsilon_corrected": "beside the corrected root"}
PARTED = [  # a line, and the library in which it comes out as another
    ("SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)", "PyTorch"),
    ("SGD(lr=0.1, decay=1e-2, momentum=0.9, nesterov=True)", "PyTorch"),
    ("torch.optim.SGD(p, 0.1, momentum=0.9, dampening=0.5)", "Keras 3"),
    ("keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01)", "PyTorch"),
    ("keras.optimizers.SGD(0.1, clipnorm=1.0)", "optax"),
    ("keras.optimizers.RMSprop(1e-3)", "PyTorch"),
    ("keras.optimizers.RMSprop(1e-3, momentum=0.9)", "Keras 1"),
    ("keras.optimizers.Adagrad(1e-3)", "PyTorch"),
    ("keras.optimizers.Adam(1e-3)", "PyTorch"),
    ("torch.optim.Adam(p)", "Keras 3"),
    ("optax.adamw(1e-3)", "Keras 1"),
    ("torch.optim.Adam(p, amsgrad=True)", "optax"),
    ("keras.optimizers.Adamax(1e-3)", "PyTorch"),
    ("optax.nadam(1e-3)", "Keras 3"),
]


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def words():
    """Our words, and what each library calls them."""
    rows = []
    for ours in WORDS:
        cells = [_theirs(library, ours) for library in WRITTEN.values()]
        if any(cell != f"`{ours}`" for cell in cells):
            rows.append([*cells[:-1], cells[-1] or f"`{ours}` of a variant", WORDS[ours]])
    return table([*list(WRITTEN)[:-1], "here", "what it means"], rows)


def _theirs(library, ours):
    found = {
        word: None
        for made in library.constructors.values()
        for word in made.parameters
        if ours in (library.ours(made, word) or ())
    }
    found |= {f"{library.prefix}{name}": None for name, link in library.links.items() if link.family == ours}
    if not found and ours in library.beside:
        return "a line of its own"
    return ", ".join(f"`{word}`" for word in found)


def defaults():
    """What a constructor means that is given nothing but what it must be given."""
    names = [name.lower() for name in READ["here"].constructors]
    rows = [[name, *(_default(library, name) for library in WRITTEN.values())] for name in names]
    return table(["", *WRITTEN], rows)


def _default(library, wanted):
    name = next((name for name in library.constructors if name.lower() == wanted), None)
    if name is None:
        return ""
    first = {"PyTorch": "p", "optax": "1"}.get(library.name, "")
    settings = read(f"{library.prefix}{name}({first})", library.name).meaning.settings
    shown = [
        PLACES.get(word) or f"`{word}={settings[word]}`"
        for word in SHOWN
        if word in settings and not (word == "lr" and library.name == "optax")
    ]
    return f"`{name}`: {', '.join(shown)}" if shown else f"`{name}`"


def parted():
    """Lines that have no equal: the nearest, at which update they part, and by how much in the end."""
    rows = []
    for line, library in PARTED:
        there = translate(line).lines[library]
        amounts = there.parting.amounts()
        rows.append([f"`{line}`", f"`{there.written.line}`", str(there.parting.first), *amounts])
    sizes = ["gradients about 1", "0.001", "0.000001"]
    return table(["the line", "the nearest elsewhere", "they part at update", *sizes], rows)


if __name__ == "__main__":
    print(words(), defaults(), parted(), sep="\n\n")
