"""What must hold in the page's own Python: test_runtime.py has it run there, in node."""

import gc
import itertools
import json
import sys
import traceback
from contextlib import contextmanager

import page
import room
import start
import traitlets
from anywidget import AnyWidget
from IPython import get_ipython

VIEW = "application/vnd.jupyter.widget-view+json"
said: list = []  # what the page was told


def answer(given):
    """Run the notebooks that are given, and all that is tested here; what came of it, as JSON."""
    asked = json.loads(given)
    tests = {name: outcome(globals()[name]) for name in asked["tests"]}
    return json.dumps(
        {"tests": tests, "notebooks": {name: notebook(cells) for name, cells in asked["notebooks"].items()}}
    )


def begin(record=""):
    """A page is opened."""
    get_ipython().user_ns.clear()
    get_ipython().user_ns.update(__name__="__main__", __builtins__=__builtins__)
    said.clear()
    return start.begin(said.append, record)


def notebook(cells):
    """Run the cells of a page; the outputs of each. A right answer may be slow where others compute, too."""
    begin()
    with patience(seconds=600.0):
        return {cell: run(code, cell) for cell, code in cells.items()}


@contextmanager
def patience(seconds):
    """A check waits so long for what it calls."""
    from course_lib.checks import running

    usual = running.SECONDS
    running.SECONDS, running.call.__defaults__ = seconds, (seconds,)
    try:
        yield
    finally:
        running.SECONDS, running.call.__defaults__ = usual, (usual,)


def run(code, cell="cell"):
    """The outputs of a cell, those that are printed closely together as one."""
    del said[:]
    start.run(cell, code)
    outputs: list = []
    for output in (message["output"] for message in said if "output" in message):
        last = outputs[-1] if outputs else {}
        if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            outputs.append(dict(output))
    return outputs


def outcome(test):
    """What is wrong; "" for nothing."""
    begin()
    try:
        test()
    except BaseException:
        return traceback.format_exc()
    return ""


def told(word):
    """The messages of a kind that the page was sent since the last cell began."""
    return [message for message in said if word in message]


class Counter(AnyWidget):
    """A widget with a value from 0 to 9."""

    value = traitlets.Int(0, min=0, max=9).tag(sync=True)
    seen = traitlets.Int(0).tag(sync=True)
    own = traitlets.Int(0)


# the start, which is tested first


def test_nothing_is_compiled_that_a_page_loads_at_its_start():
    run("from course_lib.explorers import Momentum\nMomentum()")
    loaded = [module for module in sys.modules.values() if getattr(module, "__cached__", None)]
    assert len(loaded) > 300
    assert [module.__name__ for module in loaded if not came_compiled(module)] == []


def came_compiled(module):
    """Python here writes no bytecode itself."""
    file = module.__cached__
    try:
        return file.endswith(".pyc") and bool(module.__loader__.get_data(file))
    except OSError:
        return False


def test_the_versions_are_told():
    assert begin() == {"course": sys.modules["course_lib"].__version__, "python": "3.12.7", "numpy": "2.0.2"}


# cells


def test_streams_and_values_come_in_their_order():
    code = "import sys\nprint('a')\nprint('b', file=sys.stderr)\ndisplay([1])\nprint('c')\n2 + 2"
    assert [
        (o["output_type"], o.get("name"), o.get("text") or o["data"]["text/plain"]) for o in run(code)
    ] == [
        ("stream", "stdout", "a\n"),
        ("stream", "stderr", "b\n"),
        ("display_data", None, "[1]"),
        ("stream", "stdout", "c\n"),
        ("execute_result", None, "4"),
    ]
    assert run("_") == [
        {
            "output_type": "execute_result",
            "execution_count": None,
            "data": {"text/plain": "4"},
            "metadata": {},
        }
    ]


def test_nothing_is_shown_of_none_of_a_statement_and_of_a_line_that_ends_with_a_semicolon():
    assert run("x = 3") == run("None") == run("x;") == run("") == run("# a remark") == []


def test_what_is_printed_arrives_while_the_cell_runs():
    run("import time\nfor i in range(3):\n    print(i)\n    time.sleep(0.15)")
    assert len(told("output")) >= 3
    run("for i in range(1000):\n    print(i)")
    assert len(told("output")) < 100


def test_what_is_printed_without_end_is_left_out_and_counted():
    printed = "".join(f"{i}\n" for i in range(30_000))
    *shown, left_out = run("for i in range(30_000):\n    print(i)")
    text = "".join(output["text"] for output in shown if output["output_type"] == "stream")
    assert text == printed[: room.CHARACTERS]
    assert left_out == {"output_type": "left_out", "characters": len(printed) - len(text), "outputs": 0}
    *_, error, left_out = run("print('x' * 10**7)\n1 / 0")
    assert error["ename"] == "ZeroDivisionError"
    assert left_out["characters"] == 10**7 + 1 - room.CHARACTERS
    outputs = run("for i in range(30_000):\n    print(i, flush=True)")
    assert len([output for output in outputs if output["output_type"] == "left_out"]) < 100
    assert run("print(1)")[0]["text"] == "1\n"  # each cell has room of its own


def test_so_are_values_without_end_and_a_long_one_is_cut():
    *shown, left_out = run("for i in range(130):\n    display(i)")
    values = [output["data"]["text/plain"] for output in shown if "data" in output]
    assert values == [str(i) for i in range(room.OUTPUTS)]
    assert left_out == {"output_type": "left_out", "characters": 0, "outputs": 130 - room.OUTPUTS}
    shown, left_out = run("'x' * 200_000")
    assert len(shown["data"]["text/plain"]) == room.CHARACTERS
    assert left_out["characters"] == 200_002 - room.CHARACTERS


def test_a_command_of_ipython_is_told_from_a_slip():
    for code, command in [
        ("%timeit sum([1])", "%timeit"),
        ("%%time\nx = 1", "%%time"),
        ("if True:\n    !pip install keras", "!pip"),
        ("names = !ls", "!ls"),
        ("print(1)\nsum?", "sum?"),
        ("??sum", "??sum"),
    ]:
        (output,) = run(code)
        assert output["ename"] == "SyntaxError", code
        assert output["evalue"].startswith(f"{command} is a command of IPython, not Python")
        line = next(line for line in code.splitlines() if command in line)
        assert line.strip() in "\n".join(output["traceback"])
    for code in ("x = = 1", "print(5 % 3", "5 %% 3", "is it so?", "x = 1 !"):
        (output,) = run(code)
        assert "IPython" not in output["evalue"], code


def test_a_value_is_shown_in_all_its_forms():
    (output,) = run(
        "class A:\n    def _repr_html_(self): return '<b>1</b>'\n    def _repr_png_(self): return b'png'\n"
        "    def _repr_markdown_(self): return None\n    def __repr__(self): return 'A'\nA()"
    )
    assert output["data"] == {"text/html": "<b>1</b>", "image/png": "cG5n", "text/plain": "A"}
    (output,) = run("A")
    assert list(output["data"]) == ["text/plain"]
    (output,) = run("list(range(100, 140))")
    assert output["data"]["text/plain"].startswith("[100,\n 101,\n")
    assert run("from IPython.display import HTML, Markdown, Image\ndisplay(HTML('<i>'), Markdown('*'))") == [
        {
            "output_type": "display_data",
            "data": {"text/html": "<i>", "text/plain": "<IPython.core.display.HTML object>"},
            "metadata": {},
        },
        {
            "output_type": "display_data",
            "data": {"text/markdown": "*", "text/plain": "<IPython.core.display.Markdown object>"},
            "metadata": {},
        },
    ]


def test_an_error_shows_the_lines_of_cells_and_no_others():
    run("def f(x):\n    return 1 / x", "first")
    (output,) = run("from course_lib import optimizers\nf(0)", "second")
    assert (output["output_type"], output["ename"], output["evalue"]) == (
        "error",
        "ZeroDivisionError",
        "division by zero",
    )
    assert "\n".join(output["traceback"]).splitlines() == [
        "Traceback (most recent call last):",
        "  Cell second, line 2, in <module>",
        "    f(0)",
        "  Cell first, line 2, in f",
        "    return 1 / x",
        "           ~~^~~",
        "ZeroDivisionError: division by zero",
    ]
    (output,) = run("optimizers.SGD(lr=-1)")
    text = "\n".join(output["traceback"])
    assert text.count(", line ") == 1
    assert text.endswith("ValueError: lr must be a number > 0; got -1") or "lr" in text
    (output,) = run("try:\n    f(0)\nexcept ZeroDivisionError as error:\n    raise KeyError('k') from error")
    assert "direct cause" in "\n".join(output["traceback"])
    (output,) = run("f(0")
    text = "\n".join(output["traceback"])
    assert "Cell cell, line 1\n    f(0" in text
    assert text.count(", line ") == 1  # that of the parser is left out


def test_an_error_ends_its_cell_and_no_other():
    assert [output["output_type"] for output in run("print(1)\nraise SystemExit(3)\nprint(2)")] == [
        "stream",
        "error",
    ]
    assert told("ran") == [{"ran": "cell", "ok": False}]
    (output,) = run("def again(): return again()\nagain()")
    assert output["ename"] == "RecursionError"
    assert run("1")[0]["data"] == {"text/plain": "1"}
    assert told("ran") == [{"ran": "cell", "ok": True}]


def test_an_error_that_cannot_say_what_it_is_ends_only_its_cell():
    (output,) = run("class Odd(Exception):\n    def __str__(self): return 1 / 0\nraise Odd")
    assert output["ename"] == "Odd"


def test_the_source_of_a_cells_function_is_known():
    (output,) = run("def f(x):\n    return 2 * x\n\nimport inspect\nprint(inspect.getsource(f))")
    assert output["text"] == "def f(x):\n    return 2 * x\n\n"


def test_a_name_that_a_check_misses_is_explained_before_the_error():
    outputs = run("from course_lib.checks import check\ncheck('sgd_step', sgd_step)")
    assert outputs[0]["text"].startswith("✘ sgd_step does not exist yet.")
    assert outputs[1]["ename"] == "NameError"


def test_pyplot_shows_its_figures_at_the_end_of_a_cell():
    outputs = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('α');")
    assert [list(output["data"]) for output in outputs] == [["image/png", "text/plain"]]
    assert run("plt.get_fignums()")[0]["data"] == {"text/plain": "[]"}


def test_input_says_that_nobody_can_be_asked():
    prompt, error = run("name = input('name? ')")
    assert prompt["text"] == "name? "
    assert error["evalue"].startswith("a page cannot ask while a cell runs")


def test_what_a_page_does_not_have_is_said():
    (output,) = run("import ipywidgets\nipywidgets.Dropdown()")
    assert output["evalue"].startswith(
        "a page has no ipywidgets.Dropdown, Jupyter has it; what there is here: FloatSlider"
    )


# widgets


def test_a_widget_is_told_to_the_page_when_it_is_first_shown():
    get_ipython().user_ns["Counter"] = Counter
    run("a = Counter(value=1)\na.value = 2")
    assert said == [{"ran": "cell", "ok": True}]
    first, second = run("display(a)\na")
    (opened,) = told("open")
    assert opened["state"] == {"value": 2, "seen": 0}
    assert (opened["esm"], opened["css"]) == ("", "")
    assert first["data"][VIEW]["model_id"] == second["data"][VIEW]["model_id"] == opened["open"]


def shown(**values):
    """A widget that is on the page, and the name that the page has for it."""
    widget = Counter(**values)
    name = widget._repr_mimebundle_()[0][VIEW]["model_id"]
    said.clear()
    return widget, name


def test_each_change_is_a_message_or_all_of_them_one():
    widget, name = shown()
    widget.value, widget.own = 1, 5
    widget.value = 1
    with widget.hold_sync(), widget.hold_sync():
        widget.value, widget.seen = 2, 3
        widget.value = 4
    assert said == [
        {"update": name, "changes": {"value": 1}},
        {"update": name, "changes": {"value": 4, "seen": 3}},
    ] or said == [
        {"update": name, "changes": {"value": 1}},
        {"update": name, "changes": {"seen": 3, "value": 4}},
    ]


def test_the_page_is_not_told_what_it_said_itself_but_what_came_of_it():
    widget, name = shown()
    widget.observe(lambda change: setattr(widget, "seen", change.new), "value")
    start.change(name, {"value": 7, "unknown": 1})
    assert said == [{"update": name, "changes": {"seen": 7}}, {"answered": name}]
    widget.observe(lambda change: setattr(widget, "value", 5), "seen")
    said.clear()
    start.change(name, {"value": 6})
    assert {"update": name, "changes": {"value": 5}} in said
    assert said[-1] == {"answered": name}


def test_what_a_widget_refuses_changes_nothing_and_is_answered():
    widget, name = shown(value=3)
    start.change(name, {"value": 10})
    assert (widget.value, said) == (3, [{"answered": name}])


def test_a_closed_widget_is_shown_as_its_text_until_it_is_opened():
    widget, name = shown()
    widget.close()
    assert said == [{"closed": name}]
    widget.value = 1
    assert len(said) == 1
    get_ipython().user_ns["widget"] = widget
    assert list(run("widget")[0]["data"]) == ["text/plain"]


def test_a_figure_moves_refuses_and_comes_back():
    run("from course_lib.explorers import Trajectory\nfigure = Trajectory()\nfigure")
    (opened,) = told("open")
    figure = get_ipython().user_ns["figure"]
    said.clear()
    start.change(opened["open"], {"lr": 0.3})
    assert figure.lr == 0.3
    update, answered = said
    assert set(update["changes"]) >= {"view"}
    assert "lr" not in update["changes"]
    assert answered == {"answered": opened["open"]}
    said.clear()
    start.change(opened["open"], {"lr": -1})
    assert figure.lr == 0.3
    assert said[0]["changes"]["error"].startswith("lr must be")
    figure.close()
    assert said[-1] == {"closed": opened["open"]}
    run("figure", "another")
    assert told("open")[0]["open"] != opened["open"]


def test_a_figure_whose_cell_runs_again_is_closed():
    code = "from course_lib.explorers import Trajectory\nTrajectory()"
    run(code, "one")
    (first,) = told("open")
    run(code, "one")
    assert told("closed") == [{"closed": first["open"]}]
    gc.collect()


def test_a_slider_is_linked_and_kept_within_its_limits():
    run(
        "import ipywidgets\na = ipywidgets.FloatSlider(max=2, description='a')\nb = ipywidgets.IntSlider()\n"
        "ipywidgets.link((a, 'value'), (b, 'value'))\ndisplay(a, b)"
    )
    a, b = told("open")
    start.change(a["open"], {"value": 1})
    assert {"update": b["open"], "changes": {"value": 1}} in said
    assert (
        run("a.value = 9\nprint(a, b)")[0]["text"]
        == "FloatSlider(value=2.0, description='a', max=2.0) IntSlider(value=2)\n"
    )


def test_a_progress_bar_shows_how_far_it_is():
    outputs = run(
        "from course_lib import optimizers, training\n"
        "run = training.run('parabola', optimizers.SGD(lr=0.1), steps=50, verbose=1)"
    )
    (opened,) = told("open")
    assert (opened["state"]["total"], opened["state"]["done"]) == (50, 0)
    assert outputs[0]["data"][VIEW]["model_id"] == opened["open"]
    assert told("update")[-1]["changes"] == {"done": 50, "words": "50/50 update"}


# the record


def test_what_is_kept_is_told_to_the_page_and_laid_back():
    lesson = "from course_lib.predictions import Predict\npredict = Predict('05_momentum')\npredict"
    run(lesson)
    (opened,) = told("open")
    start.change(opened["open"], {"answers": {"1": ""}})
    (kept,) = told("kept")
    assert json.loads(kept["kept"])["event"] == "skipped"
    begin(kept["kept"])
    run(lesson)
    assert told("open")[0]["state"]["score"].endswith("1 skipped")
    assert told("kept") == []


def test_what_another_tab_adds_is_known_here_once():
    from course_lib.base import events

    old, new = ({"event": events.FOUND, "figure": name} for name in ("Decay", "Noise"))
    begin(f"\n{json.dumps(old)}")
    start.learn([json.dumps(old), json.dumps(new)])
    assert list(events.written()) == [old, new]
    run("from course_lib.base import events\nevents.add('found', figure='Race')")
    (kept,) = told("kept")  # and of the others the page knows already
    assert json.loads(kept["kept"])["figure"] == "Race"


def test_a_page_that_is_not_there_is_no_silence():
    import importlib

    fresh = importlib.util.module_from_spec(page.__spec__)
    page.__spec__.loader.exec_module(fresh)
    try:
        fresh.post({"update": "x"})
        said_of_it = ""
    except RuntimeError as error:
        said_of_it = str(error)
    assert said_of_it == "there is no page yet to take ['update']"


# endless loops


def plain():
    while True:
        pass


def swallows_everything():
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def goes_on_at_last():
    while True:
        try:
            while True:
                pass
        finally:
            continue  # noqa: B012  it is what a learner may write


def generates():
    def forever():
        while True:
            yield 1

    for _ in forever():
        pass


def comprehends():
    return [number + 1 for number in itertools.count()]


def passes_on():
    def forever():
        yield from itertools.count()

    return sum(forever())


def branches(depth=60):
    return branches(depth - 1) + branches(depth - 1) if depth else 0


def asks_numpy():
    import numpy as np

    while True:
        np.ones(10).sum()


LOOPS = plain, swallows_everything, goes_on_at_last, generates, passes_on, comprehends, branches, asks_numpy


def test_every_kind_of_endless_loop_is_ended():
    from course_lib.checks import running

    for loop in LOOPS:
        result = running.call(loop, {}, seconds=0.01)
        assert result.endless, loop
        assert result.failure == "did not end within 2 s"
    assert running.call(lambda: 1, {}).value == 1


def test_what_is_slow_in_its_last_line_came_too_late():
    import time

    from course_lib.checks import running

    assert running.call(lambda: time.sleep(0.2), {}, seconds=0.01).endless


def test_two_seconds_are_two_seconds():
    """The clock of what a process computes, which others have, stands still here."""
    import time

    from course_lib.checks import running

    spent, passed = running.spent(), time.monotonic()
    while time.monotonic() < passed + 0.1:
        pass
    assert running.spent() - spent >= 0.1


def test_a_check_inside_a_function_that_is_checked_is_ended_with_it():
    from course_lib.checks import running

    result = running.call(lambda: running.call(plain, {}, seconds=100), {}, seconds=0.01)
    assert result.endless
    assert sys.monitoring.get_tool(sys.monitoring.DEBUGGER_ID) is None


def test_what_a_function_raises_is_told():
    from course_lib.checks import running

    def recurses():
        return recurses()

    assert running.call(recurses, {}).failure.startswith("RecursionError")
    assert running.call(lambda: 1 / 0, {}).failure == "ZeroDivisionError: division by zero"
