"""Does a head raise the tokens that it looks at in held-out text?"""

from dataclasses import replace

from reportgen.measure.fact import Fact, fact
from reportgen.systems.text.facts.head_scores import foremost, pushed
from reportgen.systems.text.facts.heads import ATTENTION, name_of
from reportgen.systems.text.view import Study


@fact("Rise of the logits of the tokens looked at", tolerance=0.05, needs=ATTENTION)
def push_on_source(study: Study) -> Fact:
    """How far a head raises, straight into the unembedding, the logits of the tokens that it looks
    at, above the mean of all tokens, each weighed by the attention it gets (after Olsson and
    others, who take random tokens); mean over held-out text, of the head that does so most beside
    its own control, parts for every head. The control renames the tokens that are raised.
    """
    parts = [(name_of(study, at), push) for at, push in pushed(study).items()]
    name, best = foremost(parts)
    return replace(best, parts=tuple(parts), details=dict(best.details) | dict(head_text=name))
