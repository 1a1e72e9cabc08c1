"""A function is wired again when a live setting has changed, and keeps its parts when that fails."""

from collections.abc import Mapping

import pytest

from desk.brand import Brand
from desk.errors import SettingsError
from desk.live_settings.wiring import LiveWiring
from tests.unit.live_settings.test_live_brand import BILLING, MINUTE, Scene

DEPLOYED = ("desk.yaml",)
SETTINGS = {"NAME": "value"}


class Function:
    """A function whose parts are the addresses that it was wired with."""

    def __init__(self, scene: Scene, *, refuses: tuple[str, ...] | None = None) -> None:
        self.made = 0
        self._refuses = refuses
        self.wiring = LiveWiring(self._wire, SETTINGS, scene.live, scene)

    def _wire(self, environment: Mapping[str, str], brand: Brand | None = None) -> tuple[str, ...]:
        assert environment == SETTINGS
        emails = brand.departments["billing"].emails if brand else DEPLOYED
        if emails == self._refuses:
            raise SettingsError("cannot be wired")
        self.made += 1
        return emails


def test_a_function_is_wired_again_only_when_a_setting_has_changed() -> None:
    scene = Scene()
    scene.has_set(BILLING, ["a@emerald.example"])
    function = Function(scene)

    assert function.wiring() == ("a@emerald.example",)
    scene.now += MINUTE
    assert function.wiring() == ("a@emerald.example",)
    assert function.made == 1
    scene.has_set(BILLING, ["b@emerald.example"])
    scene.now += MINUTE
    assert function.wiring() == ("b@emerald.example",)
    assert function.made == 2


def test_what_cannot_be_wired_leaves_the_parts_as_they_were_until_the_next_change_and_is_logged_once() -> None:
    scene = Scene()
    scene.has_set(BILLING, ["a@emerald.example"])
    function = Function(scene, refuses=("b@emerald.example",))
    scene.has_set(BILLING, ["b@emerald.example"])

    for _ in range(3):
        scene.now += MINUTE
        assert function.wiring() == ("a@emerald.example",)
    assert scene.logged == ["the function could not be wired with the live settings"]
    scene.has_set(BILLING, ["c@emerald.example"])
    scene.now += MINUTE
    assert function.wiring() == ("c@emerald.example",)


def test_a_start_that_live_settings_would_stop_goes_ahead_with_those_of_desk_yaml() -> None:
    scene = Scene()
    scene.has_set(BILLING, ["a@emerald.example"])

    assert Function(scene, refuses=("a@emerald.example",)).wiring() == DEPLOYED


def test_a_missing_setting_of_the_deployment_stops_the_start() -> None:
    def wire(_: Mapping[str, str], __: Brand | None = None) -> None:
        raise SettingsError("the setting NAME is missing")

    scene = Scene()
    with pytest.raises(SettingsError):
        LiveWiring(wire, SETTINGS, scene.live, scene)
