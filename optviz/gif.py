"""A GIF from frames that come one at a time: one palette, and of each frame only what has changed.

Pillow's own `save_all`, fed with the same frames in one palette, took three times as long and made a file seven times
as large: it writes the changed rectangle with all of its pixels, and keeps every frame until the last. imageio hands
over to it, gifsicle and gifski are programs that read finished pictures from a disk. So Pillow compresses here, and
the container around it, 40 bytes and 18 for each frame (https://www.w3.org/Graphics/GIF/spec-gif89a.txt), is written
by hand.
"""

import mmap
import struct
from collections.abc import Iterable, Sequence
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TRANSPARENT = 0  # the first entry of the palette
EXACT = 160  # entries of the palette for the most frequent colours as they are; the others share the rest


def write_gif(
    file: IO[bytes], frames: Iterable[NDArray[np.uint8]], palette: NDArray[np.uint8], delays: Sequence[int]
) -> None:
    """Write frames of shape `(height, width, 4)`, each shown for its delay in 1/100 s, in an endless loop.

    Only one frame is kept in memory. Colours that the palette of `palette_of` does not have become the nearest there.
    """
    index_of = _Indices(palette)
    seen = shown = np.empty(0)
    width = 0
    for number, (frame, delay) in enumerate(zip(frames, delays, strict=True)):
        # The four bytes of a pixel as one number; the frame is all opaque.
        pixels = frame.view(np.uint32).ravel()
        if number == 0:
            height, width, _ = frame.shape
            file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + palette.tobytes())
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")  # 0: for ever
            seen, shown = pixels.copy(), index_of(pixels)
            top, left, part = 0, 0, shown.reshape(height, width)
        else:
            changed = np.flatnonzero(pixels != seen)
            seen[changed], fresh = pixels[changed], index_of(pixels[changed])
            # Another colour may be the same one in the palette.
            other = fresh != shown[changed]
            changed, fresh = changed[other], fresh[other]
            shown[changed] = fresh
            top, left, part = _rectangle(changed, fresh, width)
        high, wide = part.shape
        # Leave what is there, one colour is transparent; then the image, in the palette of all.
        file.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0b101, delay, TRANSPARENT, 0))
        file.write(b"\x2c" + struct.pack("<HHHHB", left, top, wide, high, 0) + b"\x08")
        file.write(Image.fromarray(part).tobytes("gif", "L", 8, 0) + b"\x00")
    file.write(b"\x3b")


def _rectangle(places: NDArray, values: NDArray, width: int) -> tuple[int, int, NDArray[np.uint8]]:
    """Return top, left and pixels of the smallest rectangle that holds these places; all else in it is transparent."""
    if not len(places):
        return 0, 0, np.full((1, 1), TRANSPARENT, dtype=np.uint8)
    rows, columns = np.divmod(places, width)
    top, left = int(rows[0]), int(columns.min())
    part = np.full((int(rows[-1]) - top + 1, int(columns.max()) - left + 1), TRANSPARENT, dtype=np.uint8)
    part[rows - top, columns - left] = values
    return top, left, part


def palette_of(frames: Iterable[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return 256 colours, `(256, 3)`, that fit these frames: the most frequent ones exactly, then a median cut.

    The first entry is the transparent one.
    """
    parts = [np.unique(_codes_of(frame.view(np.uint32).ravel()), return_counts=True) for frame in frames]
    codes, places = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    counts = np.bincount(places, np.concatenate([part[1] for part in parts]))
    order = np.argsort(-counts, kind="stable")
    ordered, counts = _colours(codes[order]).astype(np.uint8), counts[order]
    exact, others = ordered[:EXACT], ordered[EXACT:]
    rest = 255 - EXACT
    if len(others) > rest:
        # Fewer of the frequent ones, by the logarithm, so that the edges of thin lines have a say.
        weights = np.log2(counts[EXACT:]).astype(int) + 1
        crowd = np.repeat(others, weights, axis=0)
        cut = Image.fromarray(crowd[np.newaxis]).quantize(rest, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        others = np.array(cut.getpalette(), dtype=np.uint8).reshape(-1, 3)[:rest]
    palette = np.zeros((256, 3), dtype=np.uint8)
    colours = np.concatenate([exact, others])
    palette[1 : len(colours) + 1] = colours
    palette[len(colours) + 1 :] = colours[-1]
    return palette


def delays_of(fps: float, count: int, hold: float) -> list[int]:
    """Return the delay of each of `count` frames in 1/100 s, so that their sum is right; the last stays `hold` s.

    >>> delays_of(30, 5, hold=2)
    [3, 4, 3, 3, 200]
    """
    ends = np.rint(np.arange(count) * 100 / fps).astype(int)
    return [*np.diff(ends).tolist(), round(100 * hold)]


class _Indices:
    """The palette's entry for each colour: found once, then looked up."""

    def __init__(self, palette: NDArray[np.uint8]):
        self.palette = palette[1:].astype(np.float32)
        self.squares = (self.palette**2).sum(axis=1)
        # One byte for each of all colours, 0 where not yet known. Of a map the system keeps only the small pages that
        # are in use; NumPy's own zeros ask for huge ones, which soon are all of it.
        self.known = np.frombuffer(mmap.mmap(-1, 2**24), dtype=np.uint8)
        self.known[_codes(palette[:0:-1])] = np.arange(255, 0, -1)

    def __call__(self, pixels: NDArray[np.uint32]) -> NDArray[np.uint8]:
        codes = _codes_of(pixels)
        found = self.known[codes]
        if not found.all():
            new = np.unique(codes[found == 0])
            for part in np.array_split(new, len(new) // 1024 + 1):
                # The squared distance to each entry, without that of the colour itself; exact in float32.
                # Not by @: for so few numbers the threads of a linear algebra library cost more than they do.
                products = np.einsum("ij,kj->ik", _colours(part).astype(np.float32), self.palette)
                away = self.squares - 2 * products
                self.known[part] = 1 + away.argmin(axis=1)
            found = self.known[codes]
        return found


LITTLE = np.array([1], dtype=np.uint32).view(np.uint8)[0] == 1
_SHIFTS = np.array([0, 8, 16] if LITTLE else [16, 8, 0])


def _codes_of(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return pixels & np.uint32(0xFFFFFF) if LITTLE else pixels >> np.uint32(8)


def _codes(colours: NDArray[np.uint8]) -> NDArray[np.int64]:
    return (colours.astype(np.int64) << _SHIFTS).sum(axis=-1)


def _colours(codes: NDArray) -> NDArray[np.int32]:
    return ((codes[:, np.newaxis].astype(np.int64) >> _SHIFTS) & 255).astype(np.int32)
