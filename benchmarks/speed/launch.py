"""Run a command and print its seconds and peak memory as JSON.

A process of its own because a child's peak counts what its parent holds when it starts it: this
one holds next to nothing. It imports no more than it needs, and nothing of the project.

    python -I -S launch.py COMMAND...
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    peak = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "peak_mib": peak}))
    sys.exit(abs(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
