"""Numbers in prose: which are looked at, and when they agree with what a cell computed."""

import claims
import nbformat
import pytest


@pytest.mark.parametrize(
    ("claimed", "computed", "agree"),
    [
        ("0.949", 0.94868, True),
        ("0.95", 0.94868, True),
        ("0.94", 0.94868, False),
        ("1,507", 1507, True),
        ("-0.6", -0.6, True),
        ("0.6", -0.6, False),
        ("1.28e-4", 0.000128263, True),
        ("1.3e-4", 0.000128263, True),
        ("1.27e-4", 0.000128263, False),
        ("12", 12.4, True),
        ("13", 12.4, False),
    ],
)
def test_a_claim_agrees_at_the_places_that_were_written(claimed, computed, agree):
    assert claims.agrees(claimed, computed) == agree


def test_a_claim_in_per_cent_may_be_computed_as_a_share():
    assert claims.agrees("63", 0.6321, percent=True)
    assert not claims.agrees("63", 0.6321)


def test_formulas_links_headings_and_years_are_not_prose():
    text = "# 5. Memory\n\n1. [lesson 31](31_x.ipynb), Polyak (1964): `0.77 * v`, 0.25, 4,000.\n```\n88\n```"
    assert claims.numbers(claims.prose(text)) == [0.25, 4000]
    assert claims.numbers(claims.prose("[32. The race](32_x.ipynb), [1.5 of it](33_y.ipynb)")) == [1.5]
    assert claims.numbers(claims.prose("[32b. Between](32b_x.ipynb), lessons 31b, 32 and 33c: 1.5")) == [1.5]


def test_a_number_is_known_if_a_cell_uses_or_prints_it():
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("At 0.31 it is 0.97, after 3 updates; never 0.55.", id="prose"),
            nbformat.v4.new_code_cell(
                "f(0.31)", id="code", outputs=[nbformat.v4.new_output("stream", text="it is 0.97\n")]
            ),
        ]
    )
    ((cell, says),) = claims.faults(notebook)
    assert cell == "prose"
    assert says.startswith("0.55 comes from no cell; mark it")
