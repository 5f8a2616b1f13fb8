"""AlphaZero: a network guides the search, and learns from what the search found (Silver et al. 2017, 2018).

network      policy logits and a value from two planes of stones
planes       positions as the network sees them
inference    its forward pass when it no longer learns, fused
quantized    the same in integers of 8 bits
evaluator    the network in the search's hole
self_play    many games against oneself, move by move
replay       the positions of those games, with what the search and the outcome said of them
learning     gradient steps towards the search's policy and the outcome
loop         play, learn, repeat: the whole of AlphaZero in one page
checkpoint   all of a run in one file; a killed run goes on to the same weights
strength     how often a player picks a move the solver calls optimal
"""
