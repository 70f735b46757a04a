"""IPython's own commands, ``%timeit``, ``!ls``, ``name?``: they are no Python, and a page has none."""

import re

COMMAND = re.compile(
    r"""\s* (?: [\w., ]+ = \s* )?  # what comes of it may be given a name
    ( %%?\w+ | !!?\s*\w+ | \?{1,2}\s*[\w.]+ | [\w.]+\?{1,2} (?=\s*$) )""",
    re.VERBOSE,
)


def explained(error, lines):
    """The SyntaxError that tells of the command in its line; the error as it is, if there is none."""
    line = lines[error.lineno - 1] if 0 < (error.lineno or 0) <= len(lines) else ""
    found = COMMAND.match(line)
    if found is None:
        return error
    said = f"{found[1]} is a command of IPython, not Python: JupyterLab has it, a page does not"
    return SyntaxError(said, (error.filename, error.lineno, found.start(1) + 1, line))
