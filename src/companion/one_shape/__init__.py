"""Tree search and chain of thought in the same words: a prior, an amplifier, an amplified policy, a distilled one.

A network and a language model share no class here. They share one loop, which takes two functions: how a policy is
asked, and how it is taught.

ladder       the loop and what is read off it: gains from compute, gains kept without
game         Connect Four: the amplifier is tree search, the lesson is where it looked
answers      the word problem: the amplifier is a trace, the lesson is the answer that it led to
traces       the word problem: the amplifier is a vote among traces, the lesson is the trace
outcomes     the game learned from who won, without any search
recipe       the settings that experiments share
"""
