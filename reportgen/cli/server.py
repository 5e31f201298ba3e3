"""mkdocs builds docs/ and watches it; its server hands every request to `responses.Site`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.livereload import LiveReloadServer

from reportgen.cli.address import Address, refused
from reportgen.cli.responses import Site
from reportgen.digests import Digests
from reportgen.errors import ProjectError, ReportError
from reportgen.pipeline.built_site import Before
from reportgen.pipeline.documents import check_documents
from reportgen.pipeline.unchanged_pages import UnchangedPages, quietly_dirty
from reportgen.pipeline.website import named, settings, sources
from reportgen.project import Project


def serve_docs(project: Project, address: Address) -> None:
    """Serve docs/ with reload until interrupted; ProjectError or StageError where the site cannot
    be built.

    It is not strict: while a page is being written, a link may lead nowhere.
    """
    try:
        with TemporaryDirectory(prefix="reportgen-site-") as folder:
            _serve(project, address, Path(folder).resolve())
    except MkDocsException as error:
        raise ProjectError(f"{project.root / 'mkdocs.yml'}: {error}") from error


def _serve(project: Project, address: Address, folder: Path) -> None:
    """As `mkdocs serve` does it, plugins and their events included."""
    config = _config(project, address, folder)
    config.plugins.on_startup(command="serve", dirty=False)
    building = Lock()

    pages = _Pages(project, address, folder)

    def built() -> None:
        with building:
            check_documents(project)
            pages.build()

    def builder() -> None:
        try:
            built()
        except MkDocsException:
            raise
        except Exception as error:  # mkdocs would print a traceback; it prints an Abort as it is
            kind = "" if isinstance(error, ReportError) else f"{type(error).__name__}: "
            raise Abort(f"{kind}{error}") from error

    server = LiveReloadServer(builder, address.ip, address.port, str(folder))
    server.url = address.url
    server.error_handler = lambda code: _page(folder / f"{code}.html")
    server.set_app(Site(folder, server.serve_request, address.allows, building))
    try:
        built()
        for path in (config.docs_dir, config.config_file_path):
            server.watch(path)
        server = config.plugins.on_serve(server, config=config, builder=builder)
        for path in config.watch:
            server.watch(path)
        try:
            server.serve()
        except OSError as error:
            raise refused(address.host, address.port, error) from error
        finally:
            server.shutdown()
    finally:
        server.server_close()
        config.plugins.on_shutdown()


class _Pages:
    """The site in a folder; after the first time only what has changed is built."""

    def __init__(self, project: Project, address: Address, folder: Path) -> None:
        self.project, self.address, self.folder = project, address, folder
        self.named = named(project)
        self.digests = Digests(folder)
        self.last: UnchangedPages | None = None
        quietly_dirty()

    def build(self) -> None:
        """Bring the folder up to date; a failure leaves the rest as it was."""
        before = Before(
            settings=settings(self.project, self.named),
            built=self.last.after if self.last else None,
            sources=sources(self.project),
            there={
                path.relative_to(self.folder).as_posix(): self.digests.at(path)
                for path in self.folder.rglob("*")
                if path.is_file()
            },
        )
        plugin, config = UnchangedPages(before), _config(self.project, self.address, self.folder)
        plugin.added_to(config)
        build(config, serve_url=self.address.url, dirty=True)
        for name in (self.last.files_of_site() if self.last else set()) - plugin.files_of_site():
            (self.folder / name).unlink(missing_ok=True)
        self.last = plugin


def _config(project: Project, address: Address, folder: Path) -> MkDocsConfig:
    """The project's settings, with the site where it is served, at the root of this address."""
    config = load_config(
        config_file=str(project.root / "mkdocs.yml"), site_dir=str(folder), strict=False
    )
    config.site_url = address.url
    return config


def _page(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
