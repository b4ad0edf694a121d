"""What may be asked of a frontier; by itself, so that an edge may know it without the optimiser."""

# Points of a frontier, and of one that is asked for over HTTP.
LEAST_POINTS, MOST_POINTS, MOST_POINTS_SERVED = 2, 50, 20
# Share of the least cost within which sizes may range.
WIDEST = 0.5
