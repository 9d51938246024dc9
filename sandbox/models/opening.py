"""Make models of profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from moot_errors import WrongUse

from .chain import Chain
from .keys import key_source, read_headers, read_key
from .profiles import Profile, Purpose, find_profile
from .types import Model


class Models:
    """The models of a workspace, opened when they are first asked: a replay asks none, and so opens none.

    Profiles and trust may be given by functions, which are called when something is first looked up: most runs ask no
    model.
    """

    def __init__(
        self,
        profiles: Mapping[str, Profile] | Callable[[], Mapping[str, Profile]],
        *,
        trusted: bool | Callable[[], bool] = False,
    ) -> None:
        self._profiles = profiles
        self._trusted = trusted
        self._open: dict[tuple[str, Purpose], Model] = {}

    @cached_property
    def profiles(self) -> Mapping[str, Profile]:
        """The profiles by name."""
        return self._profiles() if callable(self._profiles) else self._profiles

    @property
    def trusted(self) -> bool:
        """Whether commands may be run and components loaded."""
        return self._trusted() if callable(self._trusted) else self._trusted

    def find(self, name: str, purpose: Purpose = "speak") -> Profile:
        """Give the profile that answers calls of this purpose; raises NotFound."""
        return find_profile(self.profiles, name, purpose)

    def open(self, name: str, purpose: Purpose = "speak") -> Model:
        """Give the model that answers calls of this purpose; raises what `open_model` does."""
        if (name, purpose) not in self._open:
            self._open[name, purpose] = open_model(self.profiles, name, purpose, trusted=self.trusted)
        return self._open[name, purpose]

    def joined(self, profiles: Mapping[str, Profile]) -> Models:
        """Give these models and others; of the same name, the others."""
        return Models({**self.profiles, **profiles}, trusted=self._trusted)

    def shared(self, processes: int) -> Models:
        """Give these models with the share of their limits that one of so many processes may use."""
        if processes == 1:
            return self
        profiles = {name: profile.shared(processes) for name, profile in self.profiles.items()}
        return Models(profiles, trusted=self._trusted)

    def needed(self, names: Iterable[str]) -> dict[str, Profile]:
        """Give these profiles and all that may answer in their place; raises NotFound."""
        needed: dict[str, Profile] = {}
        left = list(names)
        while left:
            if (name := left.pop()) not in needed:
                profile = needed[name] = find_profile(self.profiles, name, "")
                left += [*profile.fallback, *profile.route.values()]
        return dict(sorted(needed.items()))


def open_model(
    profiles: Mapping[str, Profile], name: str, purpose: Purpose = "speak", *, trusted: bool = False
) -> Model:
    """Make the model that answers calls of this purpose, with its fallbacks behind it.

    Reads its keys, and asks nobody yet.  `trusted` says whether the workspace may run commands and load components.
    Raises NotFound, KeyRefused, or WrongUse for what needs trust.
    """
    profile = find_profile(profiles, name, purpose)
    models = [_open(each, trusted=trusted) for each in (profile, *(profiles[other] for other in profile.fallback))]
    return Chain(models) if len(models) > 1 else models[0]


def _open(profile: Profile, *, trusted: bool) -> Model:
    if profile.provider == "simulated":
        from .simulated import SimulatedModel

        return SimulatedModel(profile)
    if profile.provider == "autogen":
        return _open_component(profile, trusted=trusted)
    from .client import OpenAIModel

    key = read_key(profile, trusted=trusted)
    return OpenAIModel(profile, key, headers=read_headers(profile), key_from=key_source(profile))


def _open_component(profile: Profile, *, trusted: bool) -> Model:
    if not trusted:
        raise WrongUse(
            f"model {profile.name!r} loads an AutoGen component, which runs code, and this workspace is not trusted",
            remedy="moot trust FOLDER trusts it; or use another provider",
        )
    from .autogen import AutogenModel

    return AutogenModel(profile)
