"""Where a view is, for how long, and what a context makes of weights.

grafts      parts of one state moved into another
holding     lessons in which what is said can be read in its own turn alone
shares      variance of answers: weights, context, both
untaught    views that no training conversation was about
coherence   whether two answers hang together
span        over which span they do
asking      an agent that asks and is rewarded for its answer
ledger      an agent with a tool that costs, over a hidden table
"""
