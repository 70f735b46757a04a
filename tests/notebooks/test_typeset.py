"""A formula in Python, as LaTeX."""

import pytest
from latex2mathml.converter import convert
from typeset import tex

WRITTEN = {
    "w - lr * w": r"w - \text{lr} \cdot w",
    "(1 - lr) * w": r"(1 - \text{lr})\,w",
    "a - (b - c)": "a - (b - c)",
    "a + (b - c)": "a + b - c",
    "(a + b)**2 * -c": r"(a + b)^{2}\,(-c)",
    "-(a + b)": "-(a + b)",
    "lr_t = lr / (1 + decay * t)": r"\text{lr}_{t} = \dfrac{\text{lr}}{1 + \text{decay} \cdot t}",
    "beta_1 * y_pred": r"\beta_{1}\,y_{\text{pred}}",
    "batch_size": r"\text{batch size}",
    "exp(-z) / sum(exp(z))": r"\dfrac{e^{-z}}{\sum e^{z}}",
    "sum(a + b) + log(a) + log(a / b)": r"\sum (a + b) + \log a + \log(\dfrac{a}{b})",
    "drop**(t / (1 + a / b)) / 2": r"\dfrac{\text{drop}^{\frac{t}{1 + \frac{a}{b}}}}{2}",
    "sqrt(abs(floor(x)))": r"\sqrt{\lvert \lfloor x \rfloor \rvert}",
    "p[y] >= max(a, 0)": r"p_{y} \ge \max(a, 0)",
    "sign(g)": r"\operatorname{sign}(g)",
    "where(e <= delta, a, b)": r"a \text{ if } e \le \delta \text{, else } b",
    "x @ W": r"x\,W",
}


@pytest.mark.parametrize("formula", WRITTEN)
def test_a_formula_is_set_as_one_writes_it(formula):
    assert tex(formula) == WRITTEN[formula]
    assert "\\" not in convert(tex(formula))


def test_what_it_does_not_know_is_named():
    with pytest.raises(ValueError, match="does not set lambda: 0; add a case for it"):
        tex("lambda: 0")
