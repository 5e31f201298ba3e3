"""What the page's own network is told of a text: held-out passages to begin with."""

from reportgen.core.live import Live, demonstrations
from reportgen.systems.text.view import Study


def live(study: Study) -> Live:
    """No rule decides what follows, so there is none to tell."""
    return Live(
        rule=dict(kind="none"),
        error_name="validation tokens that are not the likeliest guess",
        error=1 - study.run.history["accuracy"],
        examples={"Held-out passages": demonstrations(study, "held-out passage")},
    )
