"""Asks two benchmarks in turn for one more line, so that a machine's fast and slow moments fall on both.

  python by_turns.py ROUNDS 'COMMAND' 'COMMAND'     each with by-turns behind its arguments

Each is started, warms itself up and gives its first line; then rounds of one line of each. Prints both medians over
rounds and the median of second to first with its quartiles.
"""

import json
import shlex
import statistics
import subprocess
import sys


class Benchmark:
    def __init__(self, command):
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.millis = []

    def line(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        sys.exit("a benchmark ended early: run it by itself to see why")

    def ask(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.millis.append(self.line()["ms"])


def main():
    both = [Benchmark(command) for command in sys.argv[2:4]]
    for one in both:
        one.line()
    for _ in range(int(sys.argv[1])):
        for one in both:
            one.ask()
    ratios = [second / first for first, second in zip(*(one.millis for one in both))]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(json.dumps({
        "rounds": len(ratios), "ms": [round(statistics.median(one.millis), 2) for one in both],
        "least": [round(min(one.millis), 2) for one in both], "ratio": round(middle, 2),
        "quartiles": [round(low, 2), round(high, 2)]}))
    for one in both:
        one.process.stdin.close()
        one.process.wait()


if __name__ == "__main__":
    main()
