"""Makes packages/charts/assets from whole fonts. Run it only to change the fonts:

    python -m venv VENV && VENV/bin/pip install fonttools==4.68.0 brotli==1.2.1
    VENV/bin/python tooling/fonts/make.py FOLDER

FOLDER holds NotoSans*-Regular.ttf of Debian's fonts-noto-core, DroidSansFallback.ttf of fonts-droid-fallback, and NotoEmoji_400Regular.ttf of
the npm package @expo-google-fonts/noto-emoji.

The renderer draws a text with several fonts only while each letter is one glyph in each of them; else it leaves letters out. So fonts of
scripts that join letters get the Latin letters too, and one of them draws the whole text; the others lose their ligatures.
"""

import json
import sys
import tempfile
import unicodedata
from pathlib import Path

import brotli
from fontTools import merge, subset
from fontTools.ttLib import TTFont

source = Path(sys.argv[1])
assets = Path(__file__).resolve().parents[2] / "packages" / "charts" / "assets"
wanted = [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2027), 0x2030, 0x20AC, 0xFFFD]
latin = [code for code in wanted if code in TTFont(source / "NotoSans-Regular.ttf").getBestCmap()]
joining = "Arabic Bengali Devanagari Gujarati Gurmukhi Kannada Khmer Lao Malayalam Sinhala Tamil Telugu Thai".split()
# The first font that has a character draws it.
fonts = [
    ("NotoSans-Regular.ttf", "noto-sans", [(0x20, 0x52F), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x22FF), (0xFFFD, 0xFFFD)]),
    *[(f"NotoSans{name}-Regular.ttf", f"noto-sans-{name.lower()}", [(0x500, 0x1FFF)]) for name in ("Armenian", "Georgian", "Hebrew")],
    *[(f"NotoSans{name}-Regular.ttf", f"noto-sans-{name.lower()}", [(0x600, 0x1FFF), (0x200C, 0x200D), (0x25CC, 0x25CC)]) for name in joining],
    ("NotoSansMath-Regular.ttf", "noto-sans-math", [(0x2190, 0x22FF), (0x25A0, 0x25FF)]),
    ("DroidSansFallback.ttf", "droid-sans-fallback", [(0x2E80, 0x33FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFF00, 0xFFEF)]),
    ("NotoEmoji_400Regular.ttf", "noto-emoji", [(0x2300, 0x2BFF), (0x1F000, 0x1F3FA), (0x1F400, 0x1FFFF)]),
]


def cut(path: Path, codes: list[int], features: list[str]) -> TTFont:
    options = subset.Options(hinting=False, layout_features=features, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14])
    font = TTFont(path)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    return font


def with_latin(font: TTFont) -> TTFont:
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/script.ttf", f"{folder}/latin.ttf"]
        font.save(files[0])
        cut(source / "NotoSans-Regular.ttf", latin, []).save(files[1])
        return merge.Merger().merge(files)


def ranges_of(codes: list[int]) -> list[int]:
    ranges: list[int] = []
    for code in codes:
        if ranges and ranges[-1] == code - 1:
            ranges[-1] = code
        else:
            ranges += [code, code]
    return ranges


table = []
for file, name, keep in fonts:
    joins = any(name == f"noto-sans-{script.lower()}" for script in joining)
    whole = TTFont(source / file)
    codes = [code for code in sorted(whole.getBestCmap()) if any(first <= code <= last for first, last in keep)]
    font = cut(source / file, codes, ["*"] if joins else ["kern", "mark", "mkmk"])
    family = font["name"].getBestFamilyName()
    widths = [round(font["hmtx"][font.getBestCmap()[code]][0] * 100 / font["head"].unitsPerEm) for code in codes]
    wide = [width for code, width in zip(codes, widths) if unicodedata.category(chr(code)) != "Mn"]
    if joins:
        font = with_latin(font)
    with tempfile.NamedTemporaryFile(suffix=".ttf") as out:
        font.save(out.name)
        data = Path(out.name).read_bytes()
    (assets / f"{name}.ttf.br").write_bytes(brotli.compress(data, quality=11))
    entry = {"file": f"{name}.ttf.br", "family": family, "joins": joins, "ranges": ranges_of(codes), "width": round(sum(wide) / len(wide))}
    table.append({**entry, "widths": widths} if name == "noto-sans" else entry)
    print(f"{name}: {len(codes)} characters, {family}")
(assets / "fonts.json").write_text(json.dumps({"latin": ranges_of(latin), "fonts": table}, separators=(",", ":")) + "\n")
