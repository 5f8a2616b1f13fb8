"""Taste and dissent: how they form in a context, and what is left of them.

regimes         what experiments do to a speaker or an instance, as plain numbers
appraisal       new items, after feedback
credence        how far an instance goes along with a voice, and how sure it says it is
conviction      a view against the prevailing one, and pressure on it
teaching        more training in which dissent is common
consolidation   from a context into the weights
windows         conversations longer than what may be kept
"""
