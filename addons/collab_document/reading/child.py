"""The child's side: read the files that the parent names.

It is started as a script, so that nothing of Odoo is in the process. On its standard input come
its limits, then files, as lines of JSON; when there are no more, it ends.
"""

import json
import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    answers = take_output()
    setup = json.loads(sys.stdin.buffer.readline())
    confine(setup["memory"])
    sys.path[:] = [str(Path(__file__).resolve().parents[1]), *setup["path"]]
    try:
        # not before: the libraries are where the parent has them, and keep to the limits as well
        from reading.answers import answer
    except Exception as error:
        send(answers, {"error": f"{type(error).__name__}: {error}"})
        return
    send(answers, {})
    for line in sys.stdin.buffer:
        bound_time(setup["seconds"])
        job = json.loads(line)
        for part in answer(job["path"], job["kind"], setup["seconds"], setup["max_chars"]):
            send(answers, part)
        signal.alarm(0)  # the next file may come when it likes


def take_output() -> Any:
    """Return the pipe to the parent. What a library prints goes elsewhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def send(answers: Any, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
    answers.flush()


def confine(memory: int) -> None:
    """Give up for good what is not needed to read files."""
    lower(resource.RLIMIT_AS, memory)
    lower(resource.RLIMIT_NOFILE, 64)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_CORE, 0)
    os.nice(10)


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
