"""Connect Four on any board: the rules, the counts that prove them, the perfect player. It knows nothing of learning.

board          how wide, how high, how long a line wins
connect_four   the rules, on sets of cells
notation       the way in and out for people: columns, digits, text, planes
counting       how many games and positions there are, ply by ply
proof          is a score at least this much? Yes or no
solver         the exact score of a position and of each of its moves
kernel         how all this is compiled
"""
