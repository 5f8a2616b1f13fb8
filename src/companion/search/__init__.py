"""Search: from a prior and a value to a better policy. It knows the rules, and nothing of networks.

settings     what a search can be told: PUCT, noise, blind search, Gumbel root selection
evaluator    the one hole: positions in, prior and value out (uniform, rollouts, a network)
plain        one tree, as a reader can hold it in the head
trees        many trees in flat arrays: select, expand, back up
gumbel       the other way to choose at the root
cache        one memory of evaluations, shared by all games and by mirror images
batched      many games at once, one batch of leaves at a time
randomness   numbers keyed by what they are for
"""
