"""Which attempt of a student's it is: it is named by what the student's code is, and by nothing else.

Hidden cases are drawn for an attempt. So the same work has the same cases, however often it is collected and
marked, and whatever its stamp says; and work that knows of earlier cases is other work, and has others. There
is nothing to count, and so nothing that could be lost, or be written by two at a time.
"""

import hashlib
import json

from nbgrader.utils import is_grade, is_solution


def attempt(notebook, files):
    """The name of an attempt, from a rebuilt notebook and the ``files`` beside it, by their names.

    All goes into it that the code can know of when it runs: sources and ids of the cells, and these files.
    Prose and the checks do not, so that nobody's cases change with a word of theirs or of the teacher's.
    """
    code = [
        [cell.id, "" if is_grade(cell) and not is_solution(cell) else cell.source]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    beside = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(json.dumps([code, beside], sort_keys=True).encode()).hexdigest()
