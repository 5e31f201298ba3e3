"""One report, as its configuration says it."""

import dataclasses
from pathlib import Path

from reportgen.core.config.sections import (
    DataConfig,
    ModelConfig,
    ReportConfig,
    TrainingConfig,
    WeightsConfig,
)
from reportgen.core.config.shapes import Shapes, parameters, shapes
from reportgen.core.config.weights import told_weights
from reportgen.files import digest_at
from reportgen.rules.base import Rule


@dataclasses.dataclass(frozen=True)
class Config:
    """One report."""

    name: str
    rule: Rule
    data: DataConfig  # of the class that its system declares
    model: ModelConfig
    training: TrainingConfig  # where weights are given, each of its keys is Unsaid
    report: ReportConfig
    weights: WeightsConfig | None = None  # made elsewhere; None: they are trained here

    def as_dict(self) -> dict[str, object]:
        """The configuration as plain values, as the file would say it."""
        made = "training" if self.weights is None else "weights"
        sections = {
            s: getattr(self, s).model_dump(mode="json") for s in ("data", "model", made, "report")
        }
        return {"name": self.name, "rule": self._rule()} | sections

    def told(self) -> dict[str, object]:
        """The same for readers elsewhere: a file is named without the folders it lies in."""
        weights = {} if self.weights is None else {"weights": told_weights(self.weights)}
        return (
            self.as_dict()
            | weights
            | {
                "rule": {
                    key: Path(str(value)).name if key in self.rule.paths and value else value
                    for key, value in self._rule().items()
                }
            }
        )

    def _rule(self) -> dict[str, object]:
        """The rule's name and its parameters."""
        parameters: dict[str, object] = dataclasses.asdict(self.rule)  # type: ignore[call-overload]
        return {"name": self.rule.slug} | parameters

    @property
    def steps(self) -> list[int]:
        """Every step that has a checkpoint, in order."""
        if self.weights is not None:
            return [each.step for each in self.weights.files]
        t = self.training
        return sorted({*range(0, t.steps, t.checkpoint_every), t.steps})

    def materials(self) -> dict[str, str]:
        """The files that it names, as hashes of what is seen of them."""
        given = () if self.weights is None else self.weights.files
        files = {f"weights {Path(each.file).name}": digest_at(Path(each.file)) for each in given}
        return self.rule.materials() | files

    @property
    def title(self) -> str:
        """What the report is called."""
        return self.report.title or self.rule.title

    @property
    def called(self) -> str:
        """The same where it has to tell a report from the others of its rule."""
        own = self.report.title or self.name == self.rule.slug
        return self.title if own else f"{self.title} ({self.name})"

    @property
    def summary(self) -> str:
        """The report in a sentence."""
        return self.report.summary or self.rule.summary

    @property
    def shapes(self) -> Shapes:
        """The shape of every weight of one network."""
        return shapes(self.model, len(self.rule.vocabulary))

    @property
    def parameters(self) -> int:
        """Numbers in one network."""
        return parameters(self.model, len(self.rule.vocabulary))
