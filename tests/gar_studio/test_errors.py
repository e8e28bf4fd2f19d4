"""Every error says what happened, what was kept and what to do."""

import pytest

from gar_studio import errors
from gar_studio.errors import Cancelled, GarStudioError


def test_the_three_parts_make_one_message() -> None:
    error = GarStudioError("It broke.", kept="All is safe.", advice="Try again.")
    assert str(error) == "It broke. All is safe. Try again."
    assert str(GarStudioError("It broke.")) == "It broke. Nothing was changed."
    assert (error.what, error.kept, error.advice) == ("It broke.", "All is safe.", "Try again.")


@pytest.mark.parametrize(
    "kind", [k for k in vars(errors).values() if isinstance(k, type) and k is not Cancelled]
)
def test_one_family(kind: type[Exception]) -> None:
    assert issubclass(kind, GarStudioError)


def test_a_cancel_is_no_error() -> None:
    assert not issubclass(Cancelled, GarStudioError)
