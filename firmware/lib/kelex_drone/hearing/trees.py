"""A forest of small trees, each of which adds or takes away a little: how much what it is asked about is a cry.

Gradient-boosted trees (Friedman, "Greedy function approximation", 2001), as bytes. First the number of trees (2) and
where they start from (2, signed). Then each tree: how many forks it has, and those, of five bytes: which question, the
number up to which it goes left (2), where left and where right; below 128 to that fork, from 128 on to a leaf. Then
its leaves, of two bytes each. All low byte first, what is signed 32768 too high.
"""

from kelex_wire.dialect import micropython, ptr8, ptr16


@micropython.viper
def score(table: ptr8, questions: ptr16) -> int:
    """The sum of what each tree says: the logarithm of the odds that it is a cry, times 256."""
    table = ptr8(table)
    questions = ptr16(questions)
    trees = table[0] | (table[1] << 8)
    total = (table[2] | (table[3] << 8)) - 32768
    at = 4
    for _ in range(trees):
        forks = table[at]
        at += 1
        leaves = at + 5 * forks
        go = 0
        while go < 128:
            fork = at + 5 * go
            if questions[table[fork]] <= (table[fork + 1] | (table[fork + 2] << 8)):
                go = table[fork + 3]
            else:
                go = table[fork + 4]
        leaf = leaves + 2 * (go - 128)
        total += (table[leaf] | (table[leaf + 1] << 8)) - 32768
        at = leaves + 2 * (forks + 1)
    return total
