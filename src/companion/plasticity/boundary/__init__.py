"""What crosses from one instance to the next.

agreement     how often instances that never met answer alike
retold        the same view in other words
handoff       notes, codes, transcripts, states
publication   what is published of an earlier instance, as plain numbers
record        the next weights, with that record among their texts
calm          training for calm, and what is left of reports
"""
