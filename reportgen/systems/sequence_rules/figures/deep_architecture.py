"""The computation of a network of several layers."""

from reportgen.drawing import network_diagram
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.network_diagram import Network
from reportgen.systems.sequence_rules.view import Study


@figure("deep-architecture")
class DeepArchitecture(Figure[Study, Network, None]):
    """From tokens to the chances of the next one, layer by layer."""

    def compute(self, study: Study) -> Network:
        total = sum(w.size for w in study.weights.values())
        return Network.of(study.config.model, len(study.tokens), total)

    def height_of(self, data: Network) -> float:
        return network_diagram.height_of(data)

    def draw(self, canvas: Canvas, data: Network, scale: None) -> None:
        network_diagram.draw(canvas, self.title, data)

    def caption(self, data: Network) -> str:
        return network_diagram.caption(data)

    def alt(self, data: Network) -> str:
        return network_diagram.alt(data)
