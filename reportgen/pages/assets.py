"""What the pages of a site need to look as they do and to answer: styles, fonts and scripts."""

from pathlib import Path

from reportgen.project import ASSETS, Project, packaged

KINDS = (".css", ".js", ".txt", ".woff2")  # of the files; .txt: the licence of the fonts
OWN = "reportgen.css"  # a project that has this in docs/assets/ brings all of them itself


def assets(project: Project) -> dict[str, Path]:
    """The package's files by their paths below rules/assets/; none where the project has its own in
    docs/assets/.
    """
    if (project.docs / ASSETS / OWN).is_file():
        return {}
    folder = packaged(ASSETS)
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in KINDS and path.is_file()
    }
