"""What the course is made of, and what of it a learner's copy holds."""

import json
import posixpath
import re
from pathlib import Path

INSIDE = Path(__file__).parent  # a wheel carries the lessons here; a checkout has them at its top
ROOT = INSIDE if (INSIDE / "lessons").is_dir() else INSIDE.parents[1]
PAGES = [
    "losses",
    "activations",
    "optimizers",
    "dialects",
    "training",
    "widgets",
    "diagnosis",
    "clinic",
    "your_model",
]  # of docs/, for learners
PARTS = [
    "lessons/*.ipynb",
    "exercises/*/*.ipynb",
    "docs/accuracy.png",
    *(f"docs/{name}.md" for name in PAGES),
]
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#:]+)[^)]*\)")  # to a file: words, and where it leads
YOURS = re.compile(r"^( *)\S.*  # your line: (.+)\n?(?:.*  # your line\n?)*", re.MULTILINE)  # of code
START_PAGE = "lessons/00_start_here.ipynb"
ANSWERS_NOTHING = {"image/png", "text/markdown"}  # the picture of a figure, the questions of a quiz


def names():
    """Every file of the course, as a path from its top: "lessons/00_start_here.ipynb"."""
    return sorted(path.relative_to(ROOT).as_posix() for part in PARTS for path in ROOT.glob(part))


def learners_copy(name):
    """The file as a learner gets it, in bytes.

    A notebook has its pictures, and no result until it is run; the lines that are the learner's to write are
    blank.
    """
    content = (ROOT / name).read_bytes()
    if name.endswith(".ipynb"):
        return _without_answers(content)
    return _without_dead_links(name, content.decode()).encode() if name.endswith(".md") else content


def blanked(code):
    """The code without the lines that are the learner's to write; to run it says what they shall do.

    Such a line ends with ``# your line: `` and what it must do; the lines below that belong to it, with
    ``# your line``.

    >>> print(blanked("def double(w):\\n    return 2 * w  # your line: return w twice"))
    def double(w):
        raise NotImplementedError("Replace this line by yours: return w twice")
    """
    return YOURS.sub(_stub, code)


def _stub(yours):
    indent, asked = yours.groups()
    says = json.dumps(f"Replace this line by yours: {asked}", ensure_ascii=False)
    return f"{indent}raise NotImplementedError({says})" + "\n" * yours[0].endswith("\n")


def _without_answers(content):
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = blanked("".join(cell["source"])).splitlines(keepends=True)
            cell["execution_count"] = None
            cell["outputs"] = [_not_run(output) for output in cell["outputs"] if _shows_no_answer(output)]
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _without_dead_links(name, text):
    """Of a link to a file that is not laid, such as the library's source, the words stay."""
    laid = set(names())

    def words(link):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link[2]))
        return link[0] if target in laid else link[1]

    return LINK.sub(words, text)


def _shows_no_answer(output):
    return not ANSWERS_NOTHING.isdisjoint(output.get("data", {}))


def _not_run(output):
    return output | {"execution_count": None} if "execution_count" in output else output
