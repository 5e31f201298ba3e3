"""The settings of a configuration as inputs of a task, which can be told apart and shown."""

import json

from reportgen.core.config import Config

# sections that shape a run; of training and weights a configuration has one
TRAINING = ("name", "rule", "data", "model", "training", "weights")


def settings(config: Config, sections: tuple[str, ...]) -> dict[str, str]:
    """The values of some sections, one a key."""
    values = config.told()  # a project that is moved is built of the same
    flat: dict[str, object] = {}
    for section in sections:
        if section not in values:
            continue
        said = values[section]
        flat |= (
            {f"{section}.{key}": value for key, value in said.items()}
            if isinstance(said, dict)
            else {section: said}
        )
    return {key: json.dumps(value) for key, value in sorted(flat.items())}
