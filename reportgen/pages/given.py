"""What pages do not say of a network whose weights were given: that its data were held out, and, of
a single checkpoint, at which step it is.
"""

import re

from reportgen.core.config import Config
from reportgen.measure.given import words_for


def as_given(text: str, config: Config) -> str:
    """The text of a page, of a network as it was given: nobody here knows what it never met."""
    if config.weights is None:
        return text
    plain = words_for(config)(text)
    if len(config.steps) > 1:
        return plain
    # only captions and descriptions of pictures name the step that they show
    return re.sub(rf",? at step {config.steps[0]}\b", "", plain)
