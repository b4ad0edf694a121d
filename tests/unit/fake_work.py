"""A process of work that obeys what it is given, for `test_places.py`; it starts quickly because it imports little."""

import os
import time

from asmcarbon.errors import Infeasible


class Unreadable:
    """A thing that leaves a process and cannot be read in another."""

    def __reduce__(self):
        return (int, ("no number",))


def serve(server):
    """Do one thing after the other: the word of a job's kind, with what was given for it."""
    while True:
        try:
            kind, given, seconds = server.recv()
        except EOFError:
            return
        match kind:
            case "echo":
                server.send(("done", given))
            case "seconds":
                server.send(("done", str(seconds).encode()))
            case "pid":
                server.send(("done", str(os.getpid()).encode()))
            case "tell":
                for text in given.decode().split():
                    server.send(("said", text))
                server.send(("done", b"told"))
            case "sleep":
                server.send(("said", str(os.getpid())))
                time.sleep(float(given))
                server.send(("done", b"slept"))
            case "die":
                os._exit(1)
            case "fail":
                server.send(("failed", Infeasible(given.decode())))
            case "fault":
                server.send(("fault", "Traceback: secret"))
            case "garble":
                server.send(Unreadable())
