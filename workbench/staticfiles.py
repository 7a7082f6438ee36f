"""How static files are named and packed: hashed names, JavaScript module imports included, compressed once."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # servestatic is untyped
    """Hashed names also inside `import … from "./module.js"`, so that modules may be cached for ever."""

    support_js_module_import_aggregation = True
