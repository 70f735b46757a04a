"""Values that hardly any argument takes, for tests that nothing is ignored in silence."""

import numpy as np
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # st.text() first asks of each character for UTF-8
MASKED = np.ma.masked_array([1.0, 2.0], mask=[True, False])
NO_NAME = TEXT.map(lambda text: text and f"{text}£")  # hypothesis also tries literals of ours, as of a task
WRONG = st.one_of(
    st.none(),
    NO_NAME,
    st.binary(),
    st.complex_numbers(),
    st.just(np.nan),
    st.floats(max_value=-1e-9),
    st.lists(TEXT.filter(bool), min_size=1),
    st.dictionaries(TEXT, st.integers()),
    st.just(MASKED),
    st.just(object()),
)
ONE_OF_EACH = (None, "£\n", b"\xff", -2.5 + 1j, np.nan, -1.5, ["a"], {"": 1}, MASKED, object())
