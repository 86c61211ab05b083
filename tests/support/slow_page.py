"""The `anomaly` command, whose report takes so many seconds longer as its first word says.

Each time that one is rendered, a line on standard error says so.
"""

import sys
import time

import cli
import reports

render = reports.render
seconds = float(sys.argv.pop(1))


def slowly(report):
    print("rendering", file=sys.stderr, flush=True)
    time.sleep(seconds)
    return render(report)


reports.render = slowly
cli.main()
