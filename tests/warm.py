"""One cache of compiled SQL for all engines of a test run.

Every test has a database of its own, and so engines of its own, each with a cold cache: compiling the same statements
again took 40 per cent of the time of the tests of actions. A program in service compiles them once.

SQLAlchemy's cache key names the dialect by identity, so all dialects of one kind are made equal here. They are: every
engine comes from `app.db` with the same options. `WARM=0` in the environment runs without this.
"""

import os
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

STATEMENTS = 4000


def share_compiled_statements() -> None:
    """Call it once, before the first engine is made."""
    if os.environ.get("WARM") == "0":
        return
    shared: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    make = Engine.__init__

    def with_shared_cache(engine: Engine, *args: Any, **kwargs: Any) -> None:
        make(engine, *args, **kwargs)
        engine._compiled_cache = shared

    def is_same_kind(one: DefaultDialect, other: object) -> bool:
        return type(one) is type(other)

    def hash_of_kind(one: DefaultDialect) -> int:
        return hash(type(one))

    # setattr: mypy knows that methods are not to be assigned.
    for owner, name, replacement in (
        (Engine, "__init__", with_shared_cache),
        (DefaultDialect, "__eq__", is_same_kind),
        (DefaultDialect, "__hash__", hash_of_kind),
    ):
        setattr(owner, name, replacement)
