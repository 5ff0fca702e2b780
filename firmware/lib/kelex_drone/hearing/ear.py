"""From samples to "an infant cries": a gate, the passage that is heard, what the trees think of it, and patience.

While it is quiet a frame costs a look at 32 of its samples and no more. Above the gate each frame is transformed and
remembered; four times a second the trees are asked. One judgement is not enough to raise an alarm (attack), the breath
between two wails does not end it (hold), and it ends only when doubt is clear (release). Times are counted in frames
of 32 ms; no step does more than one frame's share of the work.
"""

from kelex_wire.dialect import micropython, ptr16

from kelex_drone.hearing import cry_table
from kelex_drone.hearing.passage import Passage
from kelex_drone.hearing.spectrum import SAMPLES, Spectrum
from kelex_drone.hearing.trees import score
from kelex_drone.hearing.voice import Voice

RATE_HZ = 8000
FRAME_MS = 1000 * SAMPLES // RATE_HZ
# The sum of the squares of 32 samples from which on it is not quiet: 12 counts of 12 bits each, -45 dB of full scale.
GATE = 32 * 144
LISTEN_FRAMES = 32  # after the last loud frame it is listened on for so long
LEAST_FRAMES = 24  # less than that is no passage to judge
HOLD_FRAMES = 188  # six seconds
# A judgement counts for no more than this either way, in 256ths of the odds' logarithm.
SURE = 2560
# What is due of a judgement, one in a frame: each takes the board as long as the frame itself.
ASK_SHORT, ASK_LONG, JUDGE = 1, 2, 3


class Ear:
    """`hear` takes one frame after the other; `crying` is what came of it. `listening`: it is not quiet."""

    def __init__(self, threshold=cry_table.THRESHOLD):
        self.crying = False
        self.judged = None  # what the trees said in the last frame, None where they were not asked
        self.opinion = -SURE  # of their last few answers
        self._threshold = threshold
        self._spectrum = Spectrum()
        self._voice = Voice()
        self._passage = Passage()
        self._listen = 0
        self._phase = 0
        self._hold = 0
        self._task = 0

    @property
    def listening(self):
        """Whether the next frame is heard, though it may be soft."""
        return self._listen > 0

    def is_roused(self, samples):
        """Whether a frame is loud enough to be heard when it was quiet before."""
        return energy(samples) >= GATE

    def let_pass(self):
        """A frame in quiet. Whether `crying` has changed."""
        return self._be_patient()

    def hear(self, samples):
        """256 samples of 12 bits, as 16-bit words. Whether `crying` has changed."""
        self.take(samples)
        return self.think()

    @micropython.native
    def take(self, samples):
        """The first half of `hear`: transform and remember. Whether the other half, `think`, takes its time too."""
        self.judged = None
        self._task = 0
        if energy(samples) >= GATE:
            self._listen = LISTEN_FRAMES
        elif self._listen:
            self._listen -= 1
        if self._listen:
            self._follow(samples)
        elif self._passage.count:
            self._forget()
        return self._task > 0

    @micropython.native
    def think(self):
        """The other half: what is due of a judgement. Whether `crying` has changed."""
        passage = self._passage
        if self._task == ASK_SHORT:
            passage.ask_short()
        elif self._task == ASK_LONG:
            passage.ask_long()
        elif self._task == JUDGE:
            self.judged = score(cry_table.TREES, passage.questions)
            self.opinion += (max(min(self.judged, SURE), -SURE) - self.opinion) * cry_table.ATTACK >> 3
        self._task = 0
        return self._be_patient()

    @micropython.native
    def _be_patient(self):
        if not self.crying:
            self.crying = self.opinion >= self._threshold
            self._hold = HOLD_FRAMES
            return self.crying
        self._hold = HOLD_FRAMES if self.opinion >= self._threshold - cry_table.RELEASE else self._hold - 1
        self.crying = self._hold > 0
        return not self.crying

    @micropython.native
    def _follow(self, samples):
        passage = self._passage
        self._spectrum.take(samples)
        self._voice.take(self._spectrum)
        passage.put(self._voice.frame)
        self._phase = (self._phase + 1) & 7
        if self._phase == 6:
            self._task = ASK_SHORT
        elif self._phase == 7:
            self._task = ASK_LONG
        elif self._phase == 0 and passage.count >= LEAST_FRAMES:
            self._task = JUDGE

    def _forget(self):
        self._voice.reset()
        self._passage.reset()
        self._phase = 0
        self.opinion = -SURE


@micropython.viper
def energy(samples: ptr16) -> int:
    """The squares of 32 of 256 samples, from their mean, summed: two in sixteen, for no tone has that period."""
    samples = ptr16(samples)
    total = 0
    i = 0
    while i < 256:
        total += samples[i] + samples[i + 5]
        i += 16
    mean = total >> 5
    energy = 0
    i = 0
    while i < 256:
        off = samples[i] - mean
        energy += off * off
        off = samples[i + 5] - mean
        energy += off * off
        i += 16
    return energy
