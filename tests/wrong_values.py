"""Values that hardly any argument takes, for tests that nothing is ignored in silence."""

import numpy as np
from hypothesis import strategies as st

WRONG = st.one_of(
    st.none(),
    st.text(),
    st.binary(),
    st.complex_numbers(),
    st.just(np.nan),
    st.floats(max_value=-1e-9),
    st.lists(st.text(min_size=1), min_size=1),
    st.dictionaries(st.text(), st.integers()),
    st.just(np.ma.masked_array([1.0, 2.0], mask=[True, False])),
    st.just(object()),
)
