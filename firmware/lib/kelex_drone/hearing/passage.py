"""What the last second and the last three were like: the numbers that the trees are asked about.

Of each word of a frame its mean and its mean distance from that, over the frames that are loud in their passage
(within 12 dB of its loudest: the breath between two wails says little). Then how the voice came and went: a wail lasts
half a second and longer, a syllable a fifth of one.
"""

from kelex_wire.dialect import micropython, ptr16

from kelex_drone.hearing.voice import WORDS

FRAMES = 96  # three seconds
SHORT = 32
# Of a passage: two numbers for each word, then seven of how the voice went.
NUMBERS = 2 * WORDS + 7
QUESTIONS = 2 * NUMBERS


class Passage:
    """The last FRAMES frames. `ask` fills `questions`, QUESTIONS words of 16 bits."""

    def __init__(self):
        self.questions = bytearray(2 * QUESTIONS)
        self._frames = bytearray(2 * WORDS * FRAMES)
        self._louds = bytearray(2 * FRAMES)
        self.count = 0  # frames held
        self._next = 0

    def reset(self):
        """There was silence: nothing is held."""
        self.count = 0
        self._next = 0

    def put(self, frame):
        """One more frame; the oldest goes."""
        copy(frame, self._frames, self._next * WORDS)
        self._next = (self._next + 1) % FRAMES
        if self.count < FRAMES:
            self.count += 1

    def ask_short(self):
        """The first half of `questions`: the last second."""
        count = min(self.count, SHORT)
        self._sum_up(count, 0)

    def ask_long(self):
        """The second half: the last three seconds."""
        self._sum_up(self.count, NUMBERS)

    def _sum_up(self, count, at):
        first = (self._next - count) % FRAMES
        loud = follow(self._frames, first, count, self._louds, self.questions, at + 2 * WORDS)
        average(self._frames, self._louds, loud, self.questions, at)


@micropython.viper
def copy(frame: ptr16, frames: ptr16, at: int):
    """A frame's words to `at`."""
    frame = ptr16(frame)
    frames = ptr16(frames)
    for i in range(19):
        frames[at + i] = frame[i]


@micropython.viper
def follow(frames: ptr16, first: int, count: int, louds: ptr16, questions: ptr16, at: int) -> int:
    """How the voice went in `count` frames from `first` on, in the ring of 96, to `questions[at]` and behind it.

    Where the loud ones begin goes to `louds`; how many they are.
    """
    frames = ptr16(frames)
    louds = ptr16(louds)
    questions = ptr16(questions)
    loudest = 0
    softest = 65535
    frame = first * 19
    for _ in range(count):
        level = frames[frame]
        if level > loudest:
            loudest = level
        if level < softest:
            softest = level
        frame += 19
        if frame == 1824:
            frame = 0
    least = loudest - 64
    loud = 0
    voiced = 0
    run = 0
    longest = 0
    runs = 0
    travel = 0
    onsets = 0
    pitch = 0
    was_loud = 0
    frame = first * 19
    for _ in range(count):
        if frames[frame] >= least:
            louds[loud] = frame
            loud += 1
            if was_loud == 0:
                onsets += 1
            was_loud = 1
        else:
            was_loud = 0
        if was_loud == 1 and frames[frame + 3] >= 16384 + 256 and frames[frame + 3] > frames[frame + 5]:
            voiced += 1
            if run == 0:
                runs += 1
            else:
                step = frames[frame + 4] - pitch
                travel += step if step >= 0 else 0 - step
            run += 1
            if run > longest:
                longest = run
            pitch = frames[frame + 4]
        else:
            run = 0
        frame += 19
        if frame == 1824:
            frame = 0
    questions[at] = (loud << 6) // count
    questions[at + 1] = (voiced << 6) // count
    questions[at + 2] = longest
    questions[at + 3] = (runs << 8) // count
    questions[at + 4] = (travel << 4) // (voiced + 1)
    questions[at + 5] = (onsets << 8) // count
    questions[at + 6] = loudest - softest
    return loud


@micropython.viper
def average(frames: ptr16, louds: ptr16, loud: int, questions: ptr16, at: int):
    """Of each word of the `loud` frames its mean (of the level: how far below the loudest) and its mean distance."""
    frames = ptr16(frames)
    louds = ptr16(louds)
    questions = ptr16(questions)
    loudest = 0
    for i in range(loud):
        level = frames[louds[i]]
        if level > loudest:
            loudest = level
    for word in range(19):
        total = 0
        for i in range(loud):
            total += frames[louds[i] + word]
        mean = total // loud
        away = 0
        for i in range(loud):
            off = frames[louds[i] + word] - mean
            if off < 0:
                off = 0 - off
            away += off
        questions[at] = loudest - mean if word == 0 else mean
        questions[at + 1] = (away << 2) // loud
        at += 2
