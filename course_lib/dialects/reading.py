"""A line of code, read and never run: which library's it is, and what it means."""

import ast
from typing import Any, NamedTuple

from course_lib import schedules
from course_lib.base import validation
from course_lib.dialects.faults import fault, near, span
from course_lib.dialects.libraries import READ
from course_lib.dialects.library import REQUIRED, Constructor, Library
from course_lib.dialects.meaning import Meaning, meant

KERAS_1, KERAS_2, KERAS_3 = READ["Keras 1"], READ["Keras 2"], READ["Keras 3"]
PYTORCH, OPTAX, HERE = READ["PyTorch"], READ["optax"], READ["here"]
LONGEST = 1000  # characters


class Reading(NamedTuple):
    """``name``: the constructor's. ``given``: its arguments by their words. ``meaning``: links included."""

    line: str
    library: Library
    name: str
    constructor: Constructor
    given: dict[str, Any]
    links: dict[str, Any]
    meaning: Meaning


def read(line, library=None):
    """Read a line that makes an optimizer; ``library``: one of READ, where it shall not be guessed.

    ValueError, with a caret below the word, for whatever cannot be read.

    >>> found = read("torch.optim.SGD(p, 0.1, momentum=0.9)")
    >>> found.library.name, found.meaning.settings
    ('PyTorch', {'lr': 0.1, 'momentum': 0.9})
    >>> read("keras.optimizers.Adam(lr=1e-3, beta1=0.8)", library="Keras 3")
    Traceback (most recent call last):
    ValueError: Keras 3's Adam has no argument lr; it is called learning_rate there
      keras.optimizers.Adam(lr=1e-3, beta1=0.8)
                            ^^
    """
    if not isinstance(line, str) or len(line) > LONGEST:
        raise ValueError(
            f"line must be a text of at most {LONGEST} characters; got {validation.shorten(line)}"
        )
    if library is not None:
        library = validation.one_of("library", library, READ)
    line = " ".join(line.split())
    call = _call(line)
    main, links = _unchained(line, call)
    path = _path(line, main)
    found = library or _guess(line, main, path)
    constructor = _known(line, main, path[-1], found, found.constructors)
    nodes = _arguments(line, main, path[-1], found, constructor)
    given = {word: _value(line, node, word, found) for word, node in nodes.items()}
    _check_foreign(line, path[-1], found, constructor, given, nodes)
    said = _linked(line, links, found)
    meaning = _meaning(line, main, found, constructor, given, nodes).beside(said)
    return Reading(line, found, path[-1], constructor, given, said, meaning)


def _call(line):
    """The call that makes the optimizer: what is assigned, or what ``compile`` is given as its optimizer."""
    try:
        body = ast.parse(line).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = min(max(0, (getattr(error, "offset", None) or 1) - 1), len(line))
        says = f"this is no line of Python: {getattr(error, 'msg', error)}"
        raise fault(line, says, at=(place, place + 1)) from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr | ast.Assign):
        second = body[1] if len(body) > 1 else None
        says = "one line is read at a time, a call such as SGD(lr=0.1)"
        raise fault(line, says, second) if second else fault(line, says, at=(0, len(line)))
    call = body[0].value
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
        call = next((keyword.value for keyword in call.keywords if keyword.arg == "optimizer"), call)
    if not isinstance(call, ast.Call):
        raise fault(line, f"a call such as SGD(lr=0.1) makes an optimizer; this is {ast.unparse(call)}", call)
    return call


def _unchained(line, call):
    """The call itself, and those that are chained before it: ``optax.chain(link, link, optimizer)``."""
    if _path(line, call)[-1] != "chain":
        return call, []
    for node in call.args:
        if not isinstance(node, ast.Call):
            raise fault(line, "each link of a chain is a call", node)
    if call.keywords or not call.args:
        raise fault(line, "a chain takes links and, last of all, an optimizer", call)
    *links, last = call.args
    return last, links


def _path(line, call):
    """The dotted name of what is called, in parts."""
    parts, node = [], call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise fault(line, "only a name can be called here, such as SGD or torch.optim.SGD", call.func)
    return [node.id, *reversed(parts)]


def _guess(line, call, path):
    """The first library in which the call fits; the first that knows its name, if it fits in none."""
    libraries = _candidates(call, path)
    knowing = [library for library in libraries if path[-1] in library.constructors]
    fitting = (library for library in knowing if _fits(call, library.constructors[path[-1]]))
    if not knowing:
        names = dict.fromkeys(name for library in libraries for name in library.constructors)
        says = f"there is no optimizer {path[-1]} in {' or '.join(of.name for of in libraries)}"
        raise fault(line, f"{says}; {near(path[-1], names)}", at=_last_word(line, call))
    return next(fitting, knowing[0])


def _candidates(call, path):
    """The libraries that a line may be of, the likeliest first."""
    if "optax" in path:
        return [OPTAX]
    if "torch" in path or path[0] == "optim":
        return [PYTORCH]
    if "course_lib" in path:
        return [HERE]
    if "keras" in path:
        in_tensorflow = path[0] != "keras"
        return [KERAS_3, KERAS_2] if in_tensorflow else [KERAS_3, KERAS_1, KERAS_2]
    any_of = [KERAS_1, HERE, KERAS_3, KERAS_2, OPTAX]
    takes_weights = call.args and isinstance(call.args[0], ast.Name | ast.Attribute | ast.List | ast.Call)
    return [PYTORCH, *any_of] if takes_weights else [*any_of, PYTORCH]


def _fits(call, constructor):
    """Has the constructor all these arguments?"""
    places = [word for word, parameter in constructor.parameters.items() if not parameter.by_name]
    words = [keyword.arg for keyword in call.keywords]
    return len(call.args) <= len(places) and all(word in constructor.parameters for word in words)


def _known(line, call, name, library, constructors):
    if name not in constructors:
        says = f"there is no {name} in {library.name} that is known here"
        raise fault(line, f"{says}; {near(name, constructors)}", at=_last_word(line, call))
    return constructors[name]


def _last_word(line, call):
    """Where the last part of the called name stands."""
    _, end = span(line, call.func)
    return end - len(getattr(call.func, "attr", None) or call.func.id), end


def _arguments(line, call, name, library, constructor):
    """The nodes of the arguments by their words; a fault for what is unknown, given twice, or missing."""
    whose = f"{library.name}'s {name}"
    places = [word for word, parameter in constructor.parameters.items() if not parameter.by_name]
    if len(call.args) > len(places):
        says = f"{whose} takes {len(places)} arguments by their place at most"
        raise fault(line, f"{says}: {', '.join(places)}", call.args[len(places)])
    nodes = dict(zip(places, call.args, strict=False))
    for keyword in call.keywords:
        word = keyword.arg
        if word is None:
            raise fault(line, "** hides what is given; write it out", keyword)
        begin, _ = span(line, keyword)
        if word not in constructor.parameters:
            says = f"{whose} has no argument {word}; {_renamed(word, library, constructor)}"
            raise fault(line, says, at=(begin, begin + len(word)))
        if word in nodes:
            raise fault(line, f"{word} is given twice", at=(begin, begin + len(word)))
        nodes[word] = keyword.value
    for word, parameter in constructor.parameters.items():
        if parameter.default is REQUIRED and word not in nodes:
            raise fault(line, f"{whose} needs {word}", call)
    return nodes


def _renamed(word, library, constructor):
    """What the argument is called here that others call ``word``; or which are near it."""
    meanings = {other.words.get(word, word) for other in READ.values()}
    for own in constructor.parameters:
        ours = library.ours(constructor, own) or ()
        if any(meaning in (*ours, ours) for meaning in meanings if meaning):
            return f"it is called {own} there"
    return near(word, constructor.parameters)


def _value(line, node, word, library):
    """What is written: a number, a bool, a pair or a schedule. None for what changes no update."""
    if library.words.get(word) == ():
        return None
    if isinstance(node, ast.Lambda):
        return _falling(line, node, word)
    if isinstance(node, ast.Call):
        return _schedule(line, node, library)
    try:
        value = ast.literal_eval(node)
    except ValueError:
        says = f"{word} must be written out, as in {word}=0.1; nothing is known here of {ast.unparse(node)}"
        raise fault(line, says, node) from None
    if isinstance(library.words.get(word), tuple) and not (
        isinstance(value, tuple | list) and len(value) == 2
    ):
        raise fault(line, f"{word} must be two numbers, as in {word}=(0.9, 0.999)", node)
    return value


def _schedule(line, call, library):
    name = _path(line, call)[-1]
    constructor = _known(line, call, name, library, library.schedules)
    nodes = _arguments(line, call, name, library, constructor)
    given = {word: _value(line, node, word, library) for word, node in nodes.items()}
    _check_foreign(line, name, library, constructor, given, nodes)
    settings = {ours[0]: value for word, value in given.items() if (ours := library.ours(constructor, word))}
    try:
        return schedules.Schedule.named(constructor.family)(**settings)
    except ValueError as error:
        raise fault(line, str(error), call) from None


def _falling(line, node, word):
    """``lambda t: 0.1 / (1 + 1e-6 * t)``, which is how a rate falls by ``decay``."""
    numbers = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    if len(numbers) == 3 and len(node.args.args) == 1:
        (t,) = node.args.args
        lr, decay = node.body.left, node.body.right.right.left if _is_sum(node.body) else None
        if decay is not None and ast.unparse(node) == (
            f"lambda {t.arg}: {ast.unparse(lr)} / (1 + {ast.unparse(decay)} * {t.arg})"
        ):
            return schedules.InverseTime(ast.literal_eval(lr), ast.literal_eval(decay))
    says = (
        f"of all functions, only a rate that falls as in {word}=lambda t: 0.1 / (1 + 1e-6 * t) is known here"
    )
    raise fault(line, says, node)


def _is_sum(body):
    """Is it a division by a sum whose second part is a product?"""
    return (
        isinstance(body, ast.BinOp)
        and isinstance(body.right, ast.BinOp)
        and isinstance(body.right.right, ast.BinOp)
    )


def _check_foreign(line, name, library, constructor, given, nodes):
    """A fault for an argument that nothing here stands for, unless it has its default."""
    for word, value in given.items():
        default = constructor.parameters[word].default
        if library.ours(constructor, word) is None and value not in (default, None):
            says = f"nothing here does what {word} of {library.name}'s {name} does; its default is {default}"
            raise fault(line, says, nodes[word])


def _linked(line, links, library):
    """What is chained before the optimizer, in our words; a fault for another order than ours."""
    order = [link.family for link in library.links.values()]
    said = {}
    for link in links:
        name = _path(line, link)[-1]
        constructor = _known(line, link, name, library, library.links)
        ((word, node),) = _arguments(line, link, name, library, constructor).items()
        said[constructor.family] = _value(line, node, word, library)
        if list(said) != [word for word in order if word in said]:
            raise fault(line, f"here {name} comes first: {', '.join(library.links)} is the order", link)
    return said


def _meaning(line, call, library, constructor, given, nodes):
    """The meaning, if its settings are in their ranges; a fault at the one that is not."""
    meaning = meant(library, constructor, given)
    try:
        meaning.optimizer()
    except ValueError as error:
        ours, _, says = str(error).partition(" ")
        for word, node in nodes.items():
            if ours in (library.ours(constructor, word) or ()):
                raise fault(line, f"{word} {says}", node) from None
        raise fault(line, str(error), call) from None
    return meaning
