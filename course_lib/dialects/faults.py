"""What is wrong with a line, and where: a sentence, the line, and a caret below the word."""

import difflib


def fault(line, says, node=None, at=None):
    """A ValueError that points to ``node``, a part of the parsed line, or to the characters ``at``.

    >>> print(fault("SGD(lr=x)", "lr must be a number", at=(7, 8)))
    lr must be a number
      SGD(lr=x)
             ^
    """
    begin, end = at or span(line, node)
    return ValueError(f"{says}\n  {line}\n  {' ' * begin}{'^' * max(1, end - begin)}")


def near(word, known):
    """The end of a sentence: which of the known names are near, or else all that there are."""
    found = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"near it are {', '.join(found)}" if found else f"there are {', '.join(known)}"


def span(line, node) -> tuple[int, int]:
    """Where a node begins and ends, in characters; Python's parser counts bytes."""
    begin, end = (len(line.encode()[:offset].decode()) for offset in (node.col_offset, node.end_col_offset))
    return begin, end
