"""Templates, compiled once a run though nearly each test makes an app of its own."""

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """What Jinja made of a source, by all that it depends on; names are looked up at each use."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        traits = (
            type(environment).__qualname__,
            sorted(environment.extensions),
            getattr(environment, "newstyle_gettext", None),
            environment.trim_blocks,
            environment.lstrip_blocks,
        )
        key = f"{self.get_cache_key(name, filename)} {traits}"
        bucket = Bucket(environment, key, self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code
