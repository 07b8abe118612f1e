"""The page's JavaScript: its types hold, and what is shipped is what its sources give."""

import subprocess
from pathlib import Path

from .javascript import node
from .skipping import skip

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / "node_modules"
BUNDLE = ROOT / "optviz" / "widgets" / "explorer.js"


def run(tool, *arguments):
    if not (TOOLS / tool).exists():
        skip("esbuild and TypeScript are not installed: CONTRIBUTING.md says how")
    return subprocess.run([node(), str(TOOLS / tool), *arguments], cwd=ROOT, capture_output=True, text=True)


def test_the_types_hold():
    done = run("typescript/bin/tsc", "-p", "optviz/widgets/page")
    assert done.returncode == 0, done.stdout


def test_the_bundle_is_that_of_the_sources(tmp_path):
    if not (TOOLS / "esbuild").exists():
        skip("esbuild and TypeScript are not installed: CONTRIBUTING.md says how")
    made = tmp_path / "explorer.js"
    options = ["optviz/widgets/page/app.js", "--bundle", "--minify", "--format=esm", "--target=es2022",
               "--loader:.html=text"]  # fmt: skip
    # The program itself: what npm puts there may be a script of node's or the binary.
    subprocess.run(
        [str(TOOLS / ".bin" / "esbuild"), *options, f"--outfile={made}"], cwd=ROOT, check=True, capture_output=True
    )
    assert made.read_bytes() == BUNDLE.read_bytes(), "explorer.js is stale: npm run build"
