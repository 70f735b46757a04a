"""A link shows the figure as it was when it was copied; what cannot be meant is said."""

import numpy as np
import pytest

from course_lib import explorers
from course_lib.base import web
from course_lib.explorers.live import links

SITE = "https://example.org/course/"


@pytest.fixture
def opened(capsys):
    """What a link opens, and what is said of it."""

    def opened(link):
        figure = links.opened(link, explorers)
        return figure, capsys.readouterr().out

    return opened


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv(web.SITE, SITE)


@pytest.mark.parametrize("name", explorers.__all__)
def test_each_figure_comes_back_with_the_settings_that_its_link_was_copied_with(name, opened, site):
    rng, kind = np.random.default_rng(7), getattr(explorers, name)
    figure = kind(**{name: control.random(rng) for name, control in kind.controls.items()})
    at_first = {name: control.value for name, control in kind.controls.items()}
    assert links.address(figure, at_first) == f"{SITE}figure.html#{name}"  # it is named alone
    address = figure.view["link"]
    assert address.startswith(f"{SITE}figure.html#{name}?")
    assert not set(address) & set(' "<>{}\\^`|&')  # it can stand in a mail, and in HTML
    again, said = opened(address.partition("#")[2])
    assert isinstance(again, kind)
    assert (again.values, again.shown) == (figure.values, figure.shown)
    assert said == ""


@pytest.mark.parametrize("only", [["lr"], ["lr", "curvature", "start"], ["start", "lr"], []])
def test_a_link_shows_the_same_controls(only, opened):
    """Of a figure, too, that shows but some of them at first."""
    figure = explorers.LearningRate(only=only)
    again, _ = opened(links.written(figure, figure.values))
    assert again.shown == only


def test_a_link_may_be_written_by_hand(opened):
    figure, said = opened('StabilityMap?{"condition":100,"only":["lr","momentum"],"lr":1.9}')
    assert said == ""
    assert figure.shown == ["lr", "momentum"]
    assert (figure.values["condition"], figure.lr) == (100, 1.9)


@pytest.mark.parametrize(
    ("link", "shown", "says"),
    [
        ("", "Trajectory", "figure must be one of AdamFamily, "),
        ("Stabilitymap", "Trajectory", "got 'Stabilitymap'"),
        ("__all__", "Trajectory", "got '__all__'"),
        ("Decay?lr=1", "Decay", "its settings must be JSON as {\"lr\":0.5}; got 'lr=1'"),
        ("Decay?[1]", "Decay", "its settings must be JSON"),
        ("Decay?" + "[" * 100_000, "Decay", "its settings must be JSON"),
        ("Decay?%", "Decay", "its settings must be JSON"),
        ('Decay?{"lr":"a"}', "Decay", "lr must be a number from "),
        ('Decay?{"lr":1e99}', "Decay", "lr must be a number from "),
        ('Decay?{"only":"lr"}', "Decay", "only must be a list of names of controls"),
        ('Decay?{"speed":1}', "Decay", "setting must be one of decay, lr, only, "),
        ('Decay?{"layout":{}}', "Decay", "got 'layout'"),
        ('Decay?{"asked":"99"}', "Decay", "got 'asked'"),
    ],
)
def test_what_cannot_be_meant_is_said_and_the_figure_is_as_at_first(opened, link, shown, says):
    figure, said = opened(link)
    assert type(figure).__name__ == shown
    assert figure.values == {name: control.value for name, control in figure.controls.items()}
    assert said.startswith("This link cannot be followed: ")
    assert says in said
    assert said.endswith(f"Here is {shown} as it is at first.\n")


def test_the_link_follows_a_hand_and_the_site_may_be_written_without_a_slash(monkeypatch):
    monkeypatch.setenv(web.SITE, "https://example.org")
    figure = explorers.Decay()
    assert figure.view["link"] == "https://example.org/figure.html#Decay"
    figure.set_state({"lr": 0.5})
    assert figure.view["link"] == "https://example.org/figure.html#Decay?%7B%22lr%22:0.5%7D"


def test_there_is_no_link_without_a_site_or_to_a_figure_that_no_site_has(monkeypatch):
    monkeypatch.delenv(web.SITE, raising=False)
    assert explorers.Decay().view["link"] == ""
    monkeypatch.setenv(web.SITE, SITE)

    class Mine(explorers.Decay):
        pass

    assert Mine().view["link"] == ""
