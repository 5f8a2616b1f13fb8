"""Weights and context, two ways for the same facts.

two_ways   read in a context, or learned by gradient steps
diets      dissent by how often training met any
"""
