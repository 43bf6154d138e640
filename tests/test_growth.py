"""No text makes a reader hang: all end at a hundred thousand characters of one kind.

How the work grows with the length is measured by `make fuzz`, which a loaded machine would disturb.
"""

from __future__ import annotations

import pytest

from tests.growth import KINDS, READERS, text_of

LENGTH = 100_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(READERS))
def test_a_long_text_of_one_kind_is_read_to_its_end(name: str, kind: str) -> None:
    READERS[name](text_of(kind, LENGTH))
