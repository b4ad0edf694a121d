"""What a server is told when it starts."""

from msgspec import Struct

from asmcarbon.jobs.places import WorkLimits
from asmcarbon.jobs.queue import QueueLimits


class Settings(Struct, frozen=True):
    """What a server is told when it starts; as text it crosses to the process that serves.

    database     a SQLite file, or the URL of a PostgreSQL database
    is_exposed   other machines may reach it: a key is asked for and, but for a proxy that has it, https
    rate         requests a second of each tenant, on average; burst: how many at once
    """

    database: str
    is_exposed: bool = False
    rate: float = 50.0
    burst: int = 200
    work: WorkLimits = WorkLimits()
    queue: QueueLimits = QueueLimits()
