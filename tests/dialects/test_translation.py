"""What a translation says of differences, and how it is shown."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from course_lib.__main__ import main
from course_lib.dialects import picture, running, translate
from course_lib.dialects.reading import read

DOCUMENTED = "SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)"


def parting(line, library):
    return translate(line).lines[library].parting


def test_momentum_that_multiplies_last_parts_at_the_second_update_if_the_rate_changes():
    """The velocities of update 2, by hand, at a constant gradient 1, rates 1 and 1/2, momentum 0.9."""
    keras, torch = (
        running.path(meaning, np.zeros(4), np.ones((2, 4)))[-1, 0]
        for meaning in (
            read("SGD(lr=1.0, decay=1.0, momentum=0.9)").meaning,
            read("optax.sgd(lambda t: 1.0 / (1 + 1.0 * t), momentum=0.9)").meaning,
        )
    )
    assert keras == pytest.approx(-1 - (0.9 + 0.5))
    assert torch == pytest.approx(-1 - 0.5 * 1.9)
    assert parting(DOCUMENTED, "PyTorch").first == 2
    assert parting(DOCUMENTED.replace("decay=1e-6, ", ""), "PyTorch").first is None


def test_epsilon_beside_the_other_root_counts_from_the_first_update_on():
    """At gradients of 1e-6 and epsilon 1e-7, as docs/optimizers.md has it for 1e-8."""
    for library in ("Keras 3", "PyTorch"):
        meaning = translate("keras.optimizers.Adam(0.01, epsilon=1e-8)").lines[library].written.meaning
        (step,) = running.path(meaning, np.zeros(4), np.full((1, 4), 1e-6))[:, 0]
        assert -step == pytest.approx({"Keras 3": 0.00760, "PyTorch": 0.00990}[library], abs=5e-6)
    found = parting("keras.optimizers.Adam(1e-3)", "PyTorch")
    assert found.first == 1
    assert np.all(np.diff(found.apart[-1]) > 0)  # the smaller the gradients, the more


def test_dampening_is_nearly_a_smaller_rate():
    """After the first update each gradient counts half as much."""
    there = translate("torch.optim.SGD(p, 0.1, momentum=0.9, dampening=0.5)").lines["Keras 3"]
    assert there.written.line == "keras.optimizers.SGD(learning_rate=0.05, momentum=0.9)"
    assert there.parting.first == 1
    assert there.parting.apart[-1].max() < 0.01


def test_a_pull_beside_the_step_is_that_in_the_gradient_only_for_plain_sgd():
    plain = translate("keras.optimizers.SGD(0.1, weight_decay=0.01)").lines["PyTorch"]
    assert plain.written.line == "torch.optim.SGD(params, lr=0.1, weight_decay=0.01)"
    assert plain.parting.first is None
    with_momentum = translate("keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01)").lines["PyTorch"]
    assert with_momentum.written.meaning.settings["l2"] == pytest.approx(0.001)
    assert 0 < with_momentum.parting.apart[-1, 0] < 0.02


def test_the_length_of_one_variable_is_not_that_of_all():
    lines = translate("keras.optimizers.SGD(0.1, clipnorm=1.0)").lines
    assert lines["Keras 1"].written.line == "keras.optimizers.SGD(lr=0.1, clipnorm=1.0)"
    assert lines["Keras 1"].parting.apart[-1, 0] > 0.1
    assert not lines["Keras 1"].parting.apart[:, 1:].any()  # small gradients are never clipped
    assert lines["PyTorch"].parting.first is None
    never = translate("keras.optimizers.SGD(0.1, clipnorm=1000.0)").lines["Keras 1"]
    assert never.verdict == "The same path on these gradients, but not on all."


def test_keras_3_clips_in_one_way_only():
    there = translate("SGD(lr=0.1, clipnorm=1.0, clipvalue=0.5)").lines["Keras 3"]
    assert there.written.line == "keras.optimizers.SGD(learning_rate=0.1, global_clipnorm=1.0)"
    assert there.parting.first is not None


def test_pytorch_clips_before_the_pull_towards_0():
    there = translate("optimizers.SGD(lr=0.1, clipnorm=1.0, l2=0.5)").lines["PyTorch"]
    assert there.written.meaning.clips_first
    assert "PyTorch clips before it pulls the weights towards 0, the other line after." in there.reasons
    assert there.parting.first is not None


def test_nothing_is_chosen_that_is_another_optimizer():
    lines = translate("keras.optimizers.Adam(1e-3)").lines
    assert lines["optax"].written.line == "optax.adam(0.001, eps=1e-07)"
    assert translate("keras.optimizers.Lion(1e-4)").lines["PyTorch"].verdict == (
        "PyTorch has no such optimizer that is known here."
    )


@pytest.mark.parametrize("line", [DOCUMENTED, "torch.optim.Adam(p, lr=1e-3)", "optax.lion(1e-4)"])
def test_each_argument_is_explained_and_every_library_is_shown(line):
    translation = translate(line)
    text, html = repr(translation), translation._repr_html_()
    for name, there in translation.lines.items():
        assert f"\n{name}\n" in text
        assert f"<h4>{name}</h4>" in html
        assert there.written is None or there.written.line in text
    parted = [there for there in translation.lines.values() if there.parting and there.parting.first]
    assert html.count("<svg") == len(parted)
    ElementTree.fromstring(f"<page>{html}</page>")  # it is well-formed


def test_a_line_is_escaped():
    html = translate("torch.optim.SGD(p['<script>'], lr=0.1)")._repr_html_()
    assert "<script>" not in html


def test_the_names_in_a_drawing_do_not_cover_one_another():
    apart = np.full((20, 3), 1e-5)
    heights = picture._spread([picture._y(of[-1], 1.0) for of in apart.T])
    assert np.diff(sorted(heights)).min() >= 14
    drawn = ElementTree.fromstring(picture.drawing(running.Parting(apart)))
    assert len(drawn.findall("polyline")) == 3


def test_the_command_prints_a_translation(capsys):
    assert main(["translate", "Adam(1e-3)", "--library", "Keras 2"]) in (0, None)
    assert "Read as Keras 2, Adam:" in capsys.readouterr().out
    assert "no argument x" in main(["translate", "Adam(lr=0.1, x=1)"])
