"""Range test, floor, comparison, judgement and report, against what is known without them."""

import re
from copy import copy

import numpy as np
import pytest

from course_lib import optimizers, surfaces, tuning
from course_lib.optimizers import SGD, Adam
from course_lib.schedules import Exponential
from course_lib.tuning import Comparison, Floors, RangeTest, Report, Trial, judge
from tests.tuning import theirs

LINES = {"momentum": SGD(momentum=0.9), "adam": Adam()}
RATES = {"momentum": [0.003, 0.03, 0.3], "adam": [0.001, 0.01, 0.1]}


class Parabola(tuning.Model):
    """``curvature * w**2 / 2`` for each weight; each update sees the gradient through noise of its own."""

    def __init__(self, curvature, noise=0.0):
        self.curvature, self.noise = np.array(curvature, float), noise
        super().__init__(np.ones(len(curvature)), theirs.data(), batch_size=1)

    def loss(self, w, x, y):
        return self.curvature @ w**2 / 2

    def slope(self, w, x, y):
        return self.curvature * w

    def at(self, update):
        seen = copy(self)
        off = np.random.default_rng([7, update]).normal(0, self.noise, size=self.dimensions)
        seen.gradient = lambda w: self.curvature * w + off
        return seen


def test_the_test_is_a_training_whose_rate_grows():
    model, sgd = theirs.of_sequential(), SGD(momentum=0.5)
    test = tuning.range_test(model, sgd, low=0.01, high=0.1, growth=1.3)
    grown = sgd.replace(lr=Exponential(lr=0.01, factor=1.3, steps=1))
    w, state = model.start, grown.init(model.start)
    for t, loss in enumerate(test.losses):
        assert model.at(t).value(w) == loss
        w, state = grown.step(w, model.at(t).gradient(w), state)
    assert test.rates == pytest.approx(0.01 * 1.3 ** np.arange(10))
    assert test.rates[-2] < 0.1 <= test.rates[-1]


def test_on_a_parabola_the_loss_climbs_where_theory_has_its_limit():
    """Curvature 2: the loss falls as long as lr * 2 < 2, and the test ends soon after."""
    parabola = Parabola([2.0])
    test = tuning.range_test(parabola, "sgd", low=0.01, high=100, growth=1.05, keep=0.0)
    assert 1 < test.lowest < 1.1
    assert test.losses[-1] > 2 * test.losses[0]
    assert test.rate(divide=10) == test.lowest / 10


def test_smoothing_is_right_from_the_first_loss_on():
    assert tuning.smoothed([3.0, 3.0, 3.0], keep=0.99) == pytest.approx([3, 3, 3])
    weights = 0.8 ** np.arange(4)[::-1]
    losses = np.array([4.0, 1.0, 2.0, 0.5])
    assert tuning.smoothed(losses, keep=0.8)[-1] == pytest.approx((weights @ losses) / weights.sum())


def test_the_steepest_place_is_that_of_the_slope_by_ratios():
    rates = np.geomspace(0.001, 10, 81)
    losses = 1 / (1 + (rates / 0.2) ** 2)  # its slope by log(rate) is steepest at 0.2
    assert RangeTest(rates, losses, losses, keep=0.0).steepest == pytest.approx(0.2, rel=0.06)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": 0.0}, "low must be a number > 0"),
        ({"high": 1e-4}, "high must be a number above low, 0.001"),
        ({"growth": 1.0}, "growth must be a number > 1"),
        ({"keep": 1.0}, "keep must be a number in"),
    ],
)
def test_a_test_that_cannot_be_made_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        tuning.range_test(theirs.of_sequential(), "sgd", **change)


def test_a_batch_is_learned_by_heart():
    losses = tuning.overfit(theirs.of_sequential(), SGD(lr=0.5), updates=300)
    assert losses[-1] < 0.1 * losses[0]


def test_the_noise_is_the_mean_squared_error_of_the_batches():
    model = theirs.of_sequential()
    off = [model.at(t).gradient(model.start) - model.gradient(model.start) for t in range(2)]
    assert tuning.noise(model, model.start) == pytest.approx(np.mean([error @ error for error in off]))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_predicted_floor_is_lesson_9s_variance_at_a_small_rate(momentum):
    """Two directions of curvature 1 and 4 and noise 0.5 in each: half of curvature * variance, added up."""
    variance = surfaces.NoisyQuadratic(noise=0.5).noise ** 2
    lr, expected = 1e-4, 0.0
    for curvature in (1.0, 4.0):
        room = 2 * (1 + momentum) - lr * curvature
        floor = lr * variance * (1 + momentum) / (curvature * (1 - momentum) * room)
        expected += curvature * floor / 2
    assert tuning.predicted_floor(lr, 2 * variance, momentum) == pytest.approx(expected, rel=1e-3)


def test_the_measured_floor_is_the_predicted_one_on_a_parabola():
    found = tuning.floors(Parabola([1.0, 2.0], noise=0.5), SGD(), rates=[0.05, 0.1], updates=2000)
    assert found.predicted == pytest.approx(np.array([0.05, 0.1]) * 2 * 0.5**2 / 4, rel=0.4)  # by 20 draws
    assert found.measured == pytest.approx(found.predicted, rel=0.4)


@pytest.fixture(scope="module")
def compared():
    return tuning.compare(theirs.of_sequential, LINES, RATES, seeds=(0, 1, 2), updates=30, verbose=0)


def test_each_line_has_its_rates_then_its_best_has_the_seeds(compared):
    assert [(t.line, t.lr) for t in compared.tried] == [(line, lr) for line in LINES for lr in RATES[line]]
    assert {t.part for t in compared.tried} == {"validation"}
    assert {t.seed for t in compared.tried} == {0}
    for line in LINES:
        losses = {t.lr: t.loss for t in compared.tried if t.line == line}
        assert compared.chosen(line).lr == min(losses, key=losses.get)
        ends = [t for t in compared.final if t.line == line]
        assert [(t.seed, t.part, t.lr) for t in ends] == [
            (seed, "test", compared.chosen(line).lr) for seed in (0, 1, 2)
        ]


def test_a_trial_is_a_plain_training(compared):
    model, trial = theirs.of_sequential(), compared.tried[1]
    w, v = model.start, 0.0
    for t in range(30):
        v = 0.9 * v - trial.lr * model.at(t).gradient(w)
        w = w + v
    assert trial.loss == pytest.approx(model.loss_on("validation", w))


def test_a_rate_that_diverges_is_never_chosen():
    found = tuning.compare(
        lambda seed: Parabola([1.0]), {"sgd": SGD()}, [0.1, 1e9, 1.0], updates=300, verbose=0
    )
    assert found.chosen("sgd").lr == 1.0
    assert found.rates("sgd") == [0.1, 1.0, 1e9]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lines": {}}, "lines must be a dict of optimizers by name"),
        ({"rates": {"adam": [0.1]}}, "rates must be for momentum, adam; got them for adam"),
        ({"rates": [0.1, -1]}, "the rates of momentum must be a finite number > 0; got -1"),
        ({"seeds": ()}, "seeds must hold at least one number"),
        ({"choose_on": "tset"}, "choose_on must be one of test, training, validation; got 'tset'"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(change, message):
    given = {"make": theirs.of_sequential, "lines": LINES, "rates": [0.1], "updates": 1, "verbose": 0}
    with pytest.raises(ValueError, match=message):
        tuning.compare(**given | change)


def comparison(rates=(3, 3), seeds=3, best=1, part="validation"):
    """Two lines with so many rates each, of which the one at place ``best`` ends lowest."""
    tried = [
        Trial(line, 10.0**place, 0, part, abs(place - best))
        for line, count in zip(LINES, rates, strict=True)
        for place in range(count)
    ]
    final = [Trial(line, 10.0**best, seed, "test", 0.5) for line in LINES for seed in range(seeds)]
    return Comparison(tuple(tried), tuple(final))


@pytest.mark.parametrize(
    ("change", "wrong", "says"),
    [
        ({}, [], ""),
        ({"rates": (3, 4)}, [0], "Unequal tuning: momentum at 3, adam at 4 rates."),
        ({"seeds": 2}, [1], "Too few seeds: 2."),
        ({"best": 0}, [2], "At the grid's edge: momentum is best at 1, the end of its rates."),
        ({"best": 2}, [2], "At the grid's edge: momentum is best at 100"),
        ({"rates": (1, 1), "best": 0}, [2], "At the grid's edge"),
        ({"part": "test"}, [3], "Chosen on the test part"),
        ({"part": "training", "seeds": 1}, [1], "Too few seeds: 1."),
    ],
)
def test_the_judge_names_what_is_unfair_and_nothing_else(change, wrong, says):
    rulings = judge(comparison(**change))
    assert [place for place, ruling in enumerate(rulings) if not ruling.holds] == wrong
    assert says in " ".join(ruling.says for ruling in rulings if not ruling.holds)


@pytest.mark.parametrize(("count", "says"), [(1, "at 1 rate."), (3, "at 3 rates.")])
def test_the_judge_counts_the_rates_in_words(count, says):
    equal, *_ = judge(comparison(rates=(count, count), best=0))
    assert equal.says.endswith(says)


def test_the_report_says_what_the_trials_are(compared, tmp_path):
    floors = Floors(np.array([0.1, 0.2]), np.array([0.01, 0.02]), np.array([0.012, 0.03]))
    test = tuning.range_test(theirs.of_sequential(), SGD(), low=0.01, growth=1.3)
    page = Report("Clouds & <co>", compared, {"momentum": test}, floors)
    ends = compared.ends("adam")
    assert f"{ends.mean():.4f}" in str(page)
    assert f"{ends.std(ddof=1):.4f}" in str(page)
    assert len(page.picture().axes) == 3
    drawn = page.picture().axes[2].lines
    assert np.array_equal(drawn[0].get_ydata(), floors.measured)
    assert np.array_equal(drawn[1].get_ydata(), floors.predicted)
    page.save(tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h1>Clouds &amp; &lt;co&gt;</h1>" in html
    assert html.count("<tr>") == 3
    assert re.search(r'src="data:image/png;base64,[A-Za-z0-9+/=]{1000,}"', html)


def test_the_report_speaks_of_what_is_to_be_mended():
    unfair = Report("", comparison(seeds=1, part="test"))
    assert unfair.verdict.endswith("but mend 2 of the 4 points below first.")
    assert "nan" not in str(unfair)
    assert Report("", comparison()).verdict == "momentum at 10 ends lowest, by less than the seeds differ."
    assert len(Report("", comparison()).picture().axes) == 1


@pytest.mark.parametrize(("lead", "word"), [(0.05, "less"), (0.5, "more")])
def test_a_lead_is_measured_by_what_the_seeds_differ(lead, word):
    ends = {"momentum": (0.4, 0.5, 0.6), "adam": (0.4 + lead, 0.5 + lead, 0.6 + lead)}
    final = [Trial(line, 10.0, seed, "test", loss) for line in LINES for seed, loss in enumerate(ends[line])]
    page = Report("", comparison()._replace(final=tuple(final)))
    assert page.verdict == f"momentum at 10 ends lowest, by {word} than the seeds differ."


def test_a_report_is_a_web_page(tmp_path):
    with pytest.raises(ValueError, match=r"path must end with \.html; got report\.pdf"):
        Report("", comparison()).save(tmp_path / "report.pdf")


def test_the_optimizers_own_rate_is_not_used():
    model = theirs.of_sequential()
    one, other = (tuning.range_test(model, optimizers.SGD(lr=lr), high=0.1) for lr in (0.5, 5.0))
    assert np.array_equal(one.losses, other.losses)


def test_a_notebook_shows_the_picture_and_says_the_verdict():
    page = Report("", comparison())
    data, metadata = page._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == page.verdict
    assert data["image/png"].startswith("iVBOR")  # a PNG
