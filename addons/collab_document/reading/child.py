"""The child's side: answer what the parent asks.

It is started as a script, so that nothing of Odoo is in the process. On its standard input come
its limits and the module that has the answers, then questions, as lines of JSON; when there are no
more, it ends.
"""

import json
import math
import os
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    output = take_output()
    setup = json.loads(sys.stdin.buffer.readline())
    confine(setup["memory"])
    os.nice(setup["nice"])
    sys.path[:] = [str(Path(__file__).resolve().parents[1]), *setup["path"]]
    try:
        # not before: the libraries are where the parent has them, and keep to the limits as well
        answer = import_module(setup["answers"]).answer
    except Exception as error:
        send(output, {"error": f"{type(error).__name__}: {error}"})
        return
    send(output, {})
    for line in sys.stdin.buffer:
        question = json.loads(line)
        bound_time(question["seconds"])
        for part in answer(**question):
            send(output, part)
        signal.alarm(0)  # the next question may come when it likes


def take_output() -> Any:
    """Return the pipe to the parent. What a library prints goes elsewhere."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output


def send(output: Any, part: dict[str, Any] | bytes) -> None:
    """Send a message, as a line of JSON, or bytes as they are."""
    if not isinstance(part, bytes):
        part = json.dumps(part, ensure_ascii=False).encode() + b"\n"
    output.write(part)
    output.flush()


def confine(memory: int) -> None:
    """Give up for good what is not needed to answer."""
    lower(resource.RLIMIT_AS, memory)
    lower(resource.RLIMIT_NOFILE, 64)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_CORE, 0)


def lower(limit: int, value: int) -> None:
    _soft, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(limit, (value, value))


def bound_time(seconds: float) -> None:
    """Have the kernel end this process if it goes on: the parent may have died."""
    spare = math.ceil(seconds) + 1
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = math.ceil(usage.ru_utime + usage.ru_stime)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = used + spare if hard == resource.RLIM_INFINITY else min(used + spare, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    signal.alarm(spare)


if __name__ == "__main__":
    main()
