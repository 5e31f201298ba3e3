"""Reports in Python: what `import reportgen` offers, and the types of what that gives back."""

from reportgen.api.facts import Claim, Claims, Fact, Facts, Reference
from reportgen.api.network import Network
from reportgen.api.opening import open, study, train
from reportgen.api.pictures import Picture
from reportgen.api.predictions import Comparison, Prediction
from reportgen.api.report import Report
from reportgen.core.trace import Trace

__all__ = [
    "Claim",
    "Claims",
    "Comparison",
    "Fact",
    "Facts",
    "Network",
    "Picture",
    "Prediction",
    "Reference",
    "Report",
    "Trace",
    "open",
    "study",
    "train",
]
