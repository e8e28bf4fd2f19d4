"""What is a server's address, and who may read its token."""

import stat

import pytest

from gar_studio.errors import EngineError
from gar_studio.remote.address import checked, is_local
from gar_studio.remote.tokens import remember_token, token_of
from gar_studio.settings import HOME_VARIABLE, config_folder


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("http://desk:8765", "http://desk:8765"),
        (" desk:8765/ ", "http://desk:8765"),
        ("HTTPS://Desk.example", "https://desk.example"),
        ("http://[::1]:8765", "http://[::1]:8765"),
        ("127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_an_address_may_be_written_in_several_ways(given: str, understood: str) -> None:
    assert checked(given) == understood


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://",
        "ftp://desk",
        "http://desk:99999",
        "http://u:p@desk",
        "http://desk/v1",
        "http://[",
    ],
)
def test_what_is_none_is_refused(given: str) -> None:
    with pytest.raises(EngineError, match="no server's address"):
        checked(given)


def test_this_computer_is_known() -> None:
    assert is_local("http://127.0.0.1:1")
    assert is_local("http://[::1]:1")
    assert is_local("http://localhost")
    assert not is_local("http://127.evil.example")
    assert not is_local("http://10.0.0.1")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.delenv("GAR_STUDIO_TOKEN", raising=False)


@pytest.mark.usefixtures("home")
def test_a_token_is_kept_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert token_of("http://a:1") == ""
    remember_token("http://a:1", "first")
    remember_token("http://b:1", "second")
    assert (token_of("http://a:1"), token_of("http://b:1")) == ("first", "second")
    (path,) = config_folder().iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    remember_token("http://a:1", "")
    assert token_of("http://a:1") == ""
    monkeypatch.setenv("GAR_STUDIO_TOKEN", "of the environment")
    assert token_of("http://b:1") == "of the environment"


@pytest.mark.usefixtures("home")
def test_a_damaged_file_of_tokens_is_no_token() -> None:
    remember_token("http://a:1", "first")
    (path,) = config_folder().iterdir()
    path.write_bytes(b"\xff{")
    assert token_of("http://a:1") == ""
