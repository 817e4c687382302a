"""Runs the Python lines of docs/reading-results.md on the results of examples/jobs/three-models.yaml.

    bin/circuitscope run examples/jobs/three-models.yaml
    python tests/python/reading_results.py [out/three-models]

Needs numpy, pandas and safetensors. Every block is run as it stands, one after the other; the first that
fails ends it with its own error.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    results = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "out" / "three-models")
    text = (ROOT / "docs" / "reading-results.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if len(blocks) < 8:
        sys.exit(f"only {len(blocks)} blocks were found in the document")
    os.chdir(results)
    names: dict = {}
    for number, block in enumerate(blocks, 1):
        print(f"block {number}: {block.strip().splitlines()[-1]}")
        exec(compile(block, f"docs/reading-results.md, block {number}", "exec"), names)
    print(f"{len(blocks)} blocks of docs/reading-results.md read {results}")


if __name__ == "__main__":
    main()
