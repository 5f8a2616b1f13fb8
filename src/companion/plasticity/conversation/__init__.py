"""A small world of conversations about views, and what an exact agent makes of them.

world      views, qualities, items, voices and topics, and what training withholds of them
culture    what prevails: the prior on each topic
script     a conversation before it is worded; experiments edit this, never tokens
bayes      the exact posterior after every turn
language   how a conversation is worded
"""
