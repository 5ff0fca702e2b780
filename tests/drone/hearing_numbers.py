"""Numbers of the ear, for CPython and for MicroPython; `python hearing_numbers.py LIBRARY` prints them."""

import sys
from array import array
from binascii import crc32

sys.path.insert(0, sys.argv[1])

from kelex_drone.hearing import cry_table, ear, passage, spectrum, trees, voice

FRAMES, SAMPLES = 120, 256


def frame(number):
    """Something with harmonics, and with noise, at another loudness in each frame."""
    samples = array("H", bytes(2 * SAMPLES))
    seed = number + 1
    for i in range(SAMPLES):
        seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
        phase = (number * SAMPLES + i) * (30 + number % 17 * 3) & 255
        wave = phase - 128 if phase < 128 else 128 - phase
        samples[i] = min(max(2048 + wave * (1 + number % 23) // 2 + (seed >> 20) % 40, 0), 4095)
    return samples


def main():
    """One line for each stage."""
    spectra, voices, passages, hearing = spectrum.Spectrum(), voice.Voice(), passage.Passage(), ear.Ear()
    powers = words = asked = 0
    scores, opinions = [], []
    for number in range(FRAMES):
        samples = frame(number)
        spectra.take(samples)
        powers = crc32(spectra.high, crc32(spectra.low, powers))
        voices.take(spectra)
        words = crc32(voices.frame, words)
        passages.put(voices.frame)
        if number % 8 == 7:
            passages.ask_short()
            passages.ask_long()
            asked = crc32(passages.questions, asked)
            scores.append(trees.score(cry_table.TREES, passages.questions))
        hearing.hear(samples)
        opinions.append(hearing.opinion)
    print("powers", powers)
    print("words", words)
    print("questions", asked)
    print("scores", scores)
    print("opinions", opinions[::16])


main()
