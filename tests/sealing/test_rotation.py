"""Keys are rotated while the rows stay readable, in as many sittings as it takes."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from workbench.sealing.secrets import LockedError, WrongPlaceError, key_id, needs_resealing, open_sealed, reseal, seal

PLACE = {"workspace": "w1", "field": "connection.key"}


def test_the_first_key_seals_and_all_keys_open(settings: Settings) -> None:
    settings.SEALING_KEYS = ["old"]
    before = seal("secret", **PLACE)
    settings.SEALING_KEYS = ["new", "old"]
    after = seal("secret", **PLACE)
    assert open_sealed(before, **PLACE) == open_sealed(after, **PLACE) == "secret"
    settings.SEALING_KEYS = ["new"]
    assert open_sealed(after, **PLACE) == "secret"
    with pytest.raises(LockedError):
        open_sealed(before, **PLACE)


def test_rows_of_an_older_key_are_found_by_their_id(settings: Settings) -> None:
    settings.SEALING_KEYS = ["old"]
    before = seal("secret", **PLACE)
    assert not needs_resealing(before)
    settings.SEALING_KEYS = ["new", "old"]
    assert needs_resealing(before)
    assert not needs_resealing(seal("secret", **PLACE))
    assert key_id(before) != key_id(seal("secret", **PLACE))


@pytest.mark.reliability
def test_a_rotation_cut_short_is_finished_by_doing_it_again(settings: Settings) -> None:
    settings.SEALING_KEYS = ["old"]
    rows = [seal(f"secret {number}", workspace="w1", field=str(number)) for number in range(6)]
    settings.SEALING_KEYS = ["new", "old"]
    for last in (3, 6):  # the first sitting ends half way
        for number in range(last):
            if needs_resealing(rows[number]):
                rows[number] = reseal(rows[number], workspace="w1", field=str(number))
        opened = [open_sealed(row, workspace="w1", field=str(number)) for number, row in enumerate(rows)]
        assert opened == [f"secret {number}" for number in range(6)]
    assert not any(map(needs_resealing, rows))
    settings.SEALING_KEYS = ["new"]
    assert open_sealed(rows[5], workspace="w1", field="5") == "secret 5"


def test_resealing_again_does_no_harm(settings: Settings) -> None:
    settings.SEALING_KEYS = ["only"]
    assert open_sealed(reseal(reseal(seal("secret", **PLACE), **PLACE), **PLACE), **PLACE) == "secret"


@pytest.mark.security
def test_resealing_does_not_launder_what_was_moved(settings: Settings) -> None:
    settings.SEALING_KEYS = ["old"]
    sealed = seal("secret", **PLACE)
    settings.SEALING_KEYS = ["new", "old"]
    with pytest.raises(WrongPlaceError):
        reseal(sealed, workspace="w2", field="connection.key")


@pytest.mark.reliability
def test_resealing_says_locked_when_the_old_key_is_gone(settings: Settings) -> None:
    settings.SEALING_KEYS = ["old"]
    sealed = seal("secret", **PLACE)
    settings.SEALING_KEYS = ["new"]
    assert needs_resealing(sealed)
    with pytest.raises(LockedError):
        reseal(sealed, **PLACE)


@pytest.mark.reliability
def test_a_space_after_a_comma_does_not_make_another_key(settings: Settings) -> None:
    settings.SEALING_KEYS = ["old", " new"]
    sealed = seal("secret", **PLACE)
    settings.SEALING_KEYS = ["new ", " old"]
    assert open_sealed(sealed, **PLACE) == "secret"
