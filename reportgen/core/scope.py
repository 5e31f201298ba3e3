"""What is computed once and read often, and when it is let go: a typed cache with an owner."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Generic, Self, TypeVar, cast

Made = TypeVar("Made")


@dataclass(frozen=True)
class Key(Generic[Made]):
    """The name of one thing that a scope holds; its type says what lies there.

    Two keys are never the same by chance: each has a mark of its own, whatever it is called. `of`
    makes one key of a family, such as `ANSWERS.of(seed, checkpoint)`.
    """

    what: str
    about: tuple[Hashable, ...] = ()
    mark: object = field(default_factory=object, repr=False)

    def of(self, *about: Hashable) -> "Key[Made]":
        """The key of this family for these values."""
        return replace(self, about=about)


class Scope:
    """Owner of what was computed in it: each thing is made at most once, and all of it is let go
    together.

    In a `with` block a scope lets go when the outermost block is left; without one, when nobody
    holds the scope any more. Whoever asks afterwards makes it again.
    """

    def __init__(self) -> None:
        self._held: dict[Key[object], object] = {}
        self._entered = 0

    def once(self, key: Key[Made], make: Callable[[], Made]) -> Made:
        """What `make` gives, made when it is first asked for."""
        if not self.has(key):
            self.put(key, make())
        return cast(Made, self._held[cast(Key[object], key)])

    def has(self, key: Key[Made]) -> bool:
        """Was this made, or told, and not let go since."""
        return key in self._held

    def put(self, key: Key[Made], made: Made) -> None:
        """Hold what somebody else has found out; it takes the place of what was held."""
        self._held[cast(Key[object], key)] = made

    def without(self, *marks: object) -> "Scope":
        """Another scope that holds the same, but for what lies under keys of these marks."""
        left = Scope()
        left._held = {key: made for key, made in self._held.items() if key.mark not in marks}
        return left

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._held.clear()

    def __enter__(self) -> Self:
        self._entered += 1
        return self

    def __exit__(self, *error: object) -> None:
        self._entered -= 1
        if not self._entered:
            self.let_go()
