"""One folder a system: its declaration, data, evaluation, view of a study, facts, claims and
figures.

Systems of a project's own lie in its folder systems/, which `reportgen.system.look_in` names to
this process and to those that it starts; those of extensions are found here. A folder there that is
called as a system of the package adds to it what lies in its facts/, claims/ and figures/.
"""

import os

from reportgen.extensions import folders

__path__ = [
    *__path__,
    *filter(None, os.environ.get("REPORTGEN_SYSTEMS", "").split(os.pathsep)),
    *map(str, folders("systems")),
]
