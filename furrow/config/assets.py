"""Third-party front-end files: an explicit list from node_modules, served by staticfiles, never copied into the repository."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# static path -> path below node_modules
FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.simple.min.js",
    "vendor/leaflet.css": "leaflet/dist/leaflet.css",
    "vendor/leaflet.js": "leaflet/dist/leaflet.js",
    "vendor/images/layers.png": "leaflet/dist/images/layers.png",
    "vendor/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "vendor/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "vendor/images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "vendor/images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
}


def modules() -> Path:
    """Where npm put the packages."""
    return Path(settings.ROOT) / "node_modules"


class PackageFinder(BaseFinder):
    """Finds exactly the files of FILES."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = FILES.get(path)
        found = [str(modules() / source)] if source and (modules() / source).exists() else []
        return found if find_all else (found[0] if found else None)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path, source in FILES.items():
            yield path, _Renamed(path, modules() / source)


class _Renamed(FileSystemStorage):
    """A storage holding one file under another name."""

    def __init__(self, name: str, source: Path) -> None:
        super().__init__(location=source.parent)
        self.source = source
        self.prefix = ""

    def path(self, name: str) -> str:
        return str(self.source)


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed, ever-cacheable names; own ES modules import each other by hashed names too. Packages' source maps are left out."""

    support_js_module_import_aggregation = True
    patterns = (("*.css", (r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",)),)
