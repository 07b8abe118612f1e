"""Links lead somewhere, and a cited source has the authors and the year that its identifier belongs to."""

import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/references/*.md"), *NOTEBOOKS]
CITING = [*PAGES, *ROOT.glob("optviz/**/*.py")]

# Looked up one by one. Who cites another source looks it up as well: authors and year as the source has them.
SOURCES = {
    "10.1214/aoms/1177729586": ("Robbins, Monro", 1951),
    "10.1093/comjnl/3.3.175": ("Rosenbrock", 1960),
    "10.1016/0041-5553(64)90137-5": ("Polyak", 1964),
    "10.1016/0893-6080(90)90029-K": ("Styblinski, Tang", 1990),
    "10.1007/978-1-4419-8853-9": ("Nesterov", 2004),
    "10.1119/1.1707018": ("Crouch, Fagen, Callan, Mazur", 2004),
    "10.1007/978-0-387-40065-5": ("Nocedal, Wright", 2006),
    "1212.0901": ("Bengio, Boulanger-Lewandowski, Pascanu", 2012),
    "1212.5701": ("Zeiler", 2012),
    "1308.0850": ("Graves", 2013),
    "10.1103/PhysRevSTPER.9.020113": ("Miller, Lasry, Chu, Mazur", 2013),
    "1412.7419": ("Gulcehre, Moczulski, Bengio", 2014),
    "1412.6980": ("Kingma, Ba", 2015),  # the conference; the preprint is of 2014
    "10.1137/15M1009597": ("Lessard, Recht, Packard", 2016),
    "1512.07962": ("Chen, Carlson, Gan, Li, Carin", 2016),  # the conference
    "1606.04474": (
        "Andrychowicz, Denil, Gómez Colmenarejo, Hoffman, Pfau, Schaul, Shillingford, de Freitas",
        2016,
    ),
    "10.23915/distill.00006": ("Goh", 2017),
    "1611.01505": ("Hayashi, Koushik, Neubig", 2018),  # v3; the first version is another rule
    "1712.09913": ("Li, Xu, Taylor, Studer, Goldstein", 2018),  # the conference
    "1904.09237": ("Reddi, Kale, Kumar", 2018),  # the conference; on arXiv a year later
    "1902.09843": ("Luo, Xiong, Liu, Sun", 2019),
    "1910.05446": ("Choi, Shallue, Nado, Lee, Maddison, Dahl", 2019),
    "2007.01547": ("Schmidt, Schneider, Hennig", 2021),  # the conference
    "2208.09632": ("Zhang, Chen, Shi, Sun, Luo", 2022),
    "2302.06675": (
        "Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu, Le",
        2023,
    ),
    "2307.11291": ("Goujaud, Taylor, Dieuleveut", 2023),
}
IDENTIFIER = re.compile(
    r"(?:arXiv:|arxiv\.org/abs/)(?P<arxiv>[\d.]*\d)(?:v\d+)?|(?:doi:|doi\.org/)(?P<doi>10\.[^\s\]]+\w)"
)


def text_of(path):
    """Return the text of a file, of a notebook that of its Markdown."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def prose(path):
    """Return the text without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def citations(path):
    """Yield (identifier, the text before it) for each paper that a file cites by arXiv or DOI."""
    text = " ".join(text_of(path).split())
    for match in IDENTIFIER.finditer(text):
        yield match["arxiv"] or match["doi"], text[max(0, match.start() - 150) : match.start()]


def ways_to_cite(authors, year):
    names = authors.split(", ")
    everybody = f"{', '.join(names[:-1])} & {names[-1]}" if len(names) > 1 else authors
    return [f"{everybody} {year}", f"{names[0]} et al. {year}"]


def anchor(heading):
    """Return the address of a heading within its page, as GitHub and JupyterLab form it."""
    words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return words.replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_relative_link_leads_to_a_file_and_an_anchor_to_a_heading(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = unquote(link).partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        assert path not in NOTEBOOKS or "/" not in file, f"{link}: lessons are copied without what is around them"
        if heading:
            headings = re.findall(r"^#+ (.*)$", prose(target), re.MULTILINE)
            assert heading.lower() in map(anchor, headings), link


@pytest.mark.parametrize("path", [one for one in CITING if any(citations(one))], ids=lambda path: path.stem)
def test_an_identifier_belongs_to_the_authors_and_the_year_before_it(path):
    for identifier, before in citations(path):
        assert identifier in SOURCES, f"{identifier}: look it up, then add it to SOURCES"
        ways = ways_to_cite(*SOURCES[identifier])
        assert any(way in before for way in ways), f"{identifier} is {' or '.join(ways)}; here: {before}"


def test_each_source_is_cited():
    assert {identifier for path in CITING for identifier, _ in citations(path)} == set(SOURCES)


def test_a_link_that_shows_an_identifier_leads_to_it():
    links = [
        link for path in PAGES for link in re.findall(r"\[(arXiv|doi):([^\]]+)\]\((\S+?)\)(?=[\s.,;)])", text_of(path))
    ]
    assert links
    for kind, identifier, address in links:
        assert address == {"arXiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}[kind] + identifier
