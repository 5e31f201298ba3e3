"""What all seeds and checkpoints of one run have in common, and the scope of each of them."""

from dataclasses import dataclass, field, replace
from typing import Self
from weakref import WeakValueDictionary

from reportgen.core.config import Config
from reportgen.core.data.material import Followed, Material
from reportgen.core.runs import Run
from reportgen.core.scope import Key, Scope
from reportgen.core.trace import Trace, trace
from reportgen.system import system_of

DATA = Key[Material]("data")
DEMONSTRATIONS = Key[Followed]("demonstrations")
FILM = Key[Trace]("demonstrations at all checkpoints of a seed")


@dataclass(frozen=True)
class Shared:
    """One run with its configuration; its scope holds what does not belong to one seed at one
    checkpoint, or is small and dear enough to outlive that.
    """

    config: Config
    run: Run
    own: Followed | None = None  # a reader's own sequences, instead of the demonstrations
    scope: Scope = field(default_factory=Scope, compare=False, repr=False)
    _scopes: WeakValueDictionary[tuple[int, int], Scope] = field(
        default_factory=WeakValueDictionary, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        self.run.check(self.config.shapes)

    def scope_of(self, seed: int, checkpoint: int) -> Scope:
        """The scope of a seed at a checkpoint: the same for all studies of these two, and
        gone with the last of them.
        """
        return self._scopes.setdefault((seed, checkpoint), Scope())

    @property
    def data(self) -> Material:
        """The data, the same for all seeds and checkpoints."""
        return self.scope.once(DATA, lambda: system_of(self.config).draw(self.config))

    @property
    def demonstrations(self) -> Followed:
        """The demonstration sequences."""
        return self.scope.once(
            DEMONSTRATIONS,
            lambda: self.own or self.data.demonstrations(self.config.report.demonstrations),
        )

    def following(self, own: Followed) -> Self:
        """The same run, with sequences of a reader's own instead of the demonstrations; all that is
        known of the run and its data stays known.
        """
        scope = self.scope.without(DEMONSTRATIONS.mark, FILM.mark)
        return replace(self, own=own, scope=scope, _scopes=WeakValueDictionary())

    @property
    def looked_at(self) -> bool:
        """Were the demonstrations asked for."""
        return self.scope.has(DEMONSTRATIONS)

    def film(self, seed: int) -> Trace:
        """The demonstrations at all checkpoints of a seed."""
        run = self.run  # and no more: what is held must not hold this
        return self.scope.once(
            FILM.of(seed),
            lambda: trace(
                self.config.model,
                lambda: run.weights(seed, slice(None)),
                self.demonstrations.inputs,
            ),
        )
