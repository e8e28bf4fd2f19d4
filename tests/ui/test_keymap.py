"""Keys: one meaning each, whatever is changed."""

from hypothesis import given
from hypothesis import strategies as st

from ui.actions import ACTIONS
from ui.keymap import FIXED_KEYS, Keymap, portable

IDS = st.sampled_from([spec.id for spec in ACTIONS])
KEYS = st.sampled_from(["J", "D", "Ctrl+K", "?", "Return", "5", "Space", "Shift+F3", "Ctrl+Alt+X"])
CHANGES = st.lists(st.tuples(IDS, st.lists(KEYS, max_size=3)), max_size=12)


def all_keys(keymap: Keymap) -> list[str]:
    return [portable(key) for spec in ACTIONS for key in keymap.keys(spec.id)]


@given(CHANGES)
def test_no_key_ever_means_two_things(changes: list[tuple[str, list[str]]]) -> None:
    keymap = Keymap()
    for action_id, keys in changes:
        keymap = keymap.with_keys(action_id, keys)
        given_keys = {portable(k) for k in keys} - FIXED_KEYS.keys()
        assert set(map(portable, keymap.keys(action_id))) == given_keys
    found = all_keys(keymap)
    assert len(found) == len(set(found))
    assert not FIXED_KEYS.keys() & set(found)
    assert Keymap.of(keymap.changed) == keymap, "the same again from the settings"
    assert keymap.reset_all() == Keymap()


@given(st.dictionaries(IDS, st.lists(st.text(max_size=8) | KEYS, max_size=4).map(tuple)))
def test_whatever_a_file_says_no_key_means_two_things(changed: dict[str, tuple[str, ...]]) -> None:
    found = all_keys(Keymap.of(changed))
    assert len(found) == len(set(found))


def test_a_key_that_is_taken_is_named() -> None:
    (conflict,) = Keymap().conflicts("describe", ["Ctrl+K"])
    assert (conflict.action_id, conflict.used_for) == ("categories", "Categories")
    (conflict,) = Keymap().conflicts("describe", ["3"])
    assert not conflict.can_be_taken
    (conflict,) = Keymap().conflicts("describe", ["T"])
    assert conflict.action_id == "refine", "the canvas's keys are taken as well"


def test_resetting_takes_the_keys_back_from_whoever_has_them() -> None:
    keymap = Keymap().with_keys("describe", ["J"]).with_keys("smooth", ["D"])
    back = keymap.reset("describe")
    assert back.keys("describe") == ("D",)
    assert back.keys("smooth") == ()


def test_ids_of_another_version_are_kept() -> None:
    keymap = Keymap.of({"teleport": ("J",)})
    assert keymap.with_keys("describe", ["J"]).changed["teleport"] == ("J",)
    assert keymap.reset_all().changed == {"teleport": ("J",)}
