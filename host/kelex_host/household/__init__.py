"""What Kelex decides for the family: pure, and event-sourced.

**One turn.** Something comes in (an `Input`: a request, a drone's event, a reading, the time), and `House.take` answers
with facts and effects. A fact is what happened and stays so; it is journalled before anybody is told. An effect is what
the world should do now: an order to a drone, words to speak. Nothing else comes out, and nothing else goes in: no
clock, no chance, no IO.

**State is a fold over facts.** Only the folds change it, so the journal is the memory: a start folds it again. What
yields no fact leaves no trace at all. The input is journalled in front of what it led to, with its moment; so a journal
can be replayed, and has to lead to the same facts byte for byte.

**A capability is a file**: what it answers to requests, how it folds its facts, how it reacts to facts (its own and
others'), when it next has something to do and what then, and its retained documents. Its table stands at its end;
`house.py` joins them.

**Time.** A `Moment` has two clocks: `at_ms` never jumps and never goes back, not even over a restart, and is what
deadlines are measured by; `wall_ms` is what people read, and what schedules follow.

**Why.** Each fact names the fact that caused it and the rule by which it did; `why` walks that chain.

Start reading at `turn.py`, then `announcements.py`. `keeper.py` joins all this to journal, drones and broker.
"""
