"""What the page's own network is told of a text: held-out passages to begin with."""

from reportgen.core.live import Live, demonstrations
from reportgen.measure.given import words_for
from reportgen.systems.text.view import Study


def live(study: Study) -> Live:
    """No rule decides what follows, so there is none to tell."""
    words = words_for(study.config)
    return Live(
        rule=dict(kind="none"),
        error_name=words("validation tokens that are not the likeliest guess"),
        error=1 - study.run.history["accuracy"],
        examples={words("Held-out passages"): demonstrations(study, words("held-out passage"))},
    )
